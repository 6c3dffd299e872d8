"""One cause for several findings, and what to log where no cause stands out."""

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from advisor.finding import Cause, Evidence, Finding
from advisor.run import Run

if TYPE_CHECKING:
    from advisor.rules import Rule

GIVEN = {"finding"}  # parameters of a cause that are not signals
WORTH_SAYING = 0.02  # causes less probable than this are left out
SHARED = 6.0  # decibans: what explains two findings is likelier than two things that explain one each
NOT_TO_LOG = {"lines", "siblings", "restarts", "sanity_check"}  # nothing that one could log in this run
TO_LOG = 5  # signals: more to log next time is no advice


def shared(rule: "Rule", finding: Finding, before: Mapping[str, float]) -> Iterator[Evidence]:
    """That the cause explains a finding before this one too."""
    if probability := before.get(rule.name):
        first, last = min(e.first_step for e in finding.evidence), max(e.last_step for e in finding.evidence)
        yield Evidence(
            "findings",
            first,
            last,
            "explains a graver finding too, with a probability of",
            probability,
            weight=round(SHARED * probability, 1),
        )


def decisive(able: Iterable["Rule"], kept: Iterable[Cause], run: Run) -> tuple[str, ...]:
    """The signals not logged that bear on the causes still possible: first those that bear on most of what is probable."""
    probability = {c.cause: c.probability for c in kept}
    mass: dict[str, float] = {}
    for rule in able:
        for signal in rule.needs + rule.uses:
            if signal not in GIVEN | NOT_TO_LOG and run.signal(signal) is None:
                mass[signal] = mass.get(signal, 0.0) + probability.get(rule.name, WORTH_SAYING if rule.missing(run) else 0.0)
    return tuple(sorted((s for s in mass if mass[s] > 0), key=lambda s: -mass[s])[:TO_LOG])
