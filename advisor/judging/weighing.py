"""The causes of a finding: weighed by their evidence, ranked, each with what to change; and what to log where none stands out."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from advisor.evidence import weights
from advisor.faults import PASSED_ON, contained
from advisor.finding import Cause, Change, Evidence, Finding
from advisor.judging.changes import changes, without_opposites
from advisor.judging.rules import NOT_SIGNALS, FaultySignal, Rule, causes
from advisor.judging.settings import DEFAULTS, Settings
from advisor.judging.tried import as_proved, tried_evidence
from advisor.run import TRIED, Run
from advisor.signals.hparams import as_number
from advisor.statistics.curve_shape import CannotTell

UNDECIDED = 0.6  # below this probability of the first cause, say what to log next
WORTH_SAYING = 0.04  # causes less probable than this are left out
SHARED = 6.0  # decibans: what explains two findings is likelier than two things that explain one each
NOT_TO_LOG = {
    "lines",
    "siblings",
    "restarts",
    "sanity_check",
    "coverage",
    "task",
    "penalty",
    "exploration_rate",
}  # nothing that one could log in this run
CERTAIN = 1000.0  # decibans: a setting of a million weighs no more than this, for a float must hold the odds
TO_LOG = 5  # signals: more to log next time is no advice


def explain(finding: Finding, run: Run, before: Mapping[str, float] | None = None, settings: Settings = DEFAULTS) -> Finding:
    """The finding with its tags and causes stamped, and with the signals that could have told more.

    `before` holds the first causes of more important findings and their probabilities.
    """
    able = [rule for rule in causes() if finding.problem in rule.module.EXPLAINS and rule.name not in settings.ignore]
    heard = [(rule, how) for rule in able if (how := speaks(rule, finding, run, before or {})) is not None]
    weighed, odds = [(rule, evidence) for rule, (evidence, _) in heard], [its for _, (_, its) in heard]
    total = 1 + sum(odds)  # the 1 is for a cause that is not in the catalogue
    ranked = sorted(zip(odds, weighed, strict=True), key=lambda pair: -pair[0])
    scale = probability_scale([float(o / total) for o, _ in ranked])
    kept = tuple(
        Cause(rule.name, round(scale * float(o / total), 3), rule.headline, evidence, called_for(rule, finding, run))
        for o, (rule, evidence) in ranked
        if scale * o / total >= WORTH_SAYING
    )
    kept = without_opposites(kept)
    undecided = not kept or kept[0].probability < UNDECIDED
    missing = signals_to_log(able, kept, run) if undecided else ()
    return replace(finding, evidence=with_tags(finding.evidence, run), causes=kept, missing=missing)


def probability_scale(probabilities: list[float]) -> float:
    """By what all causes' probabilities are multiplied, so that the first is as probable as such firsts have been right."""
    if not probabilities or probabilities[0] <= 0:
        return 1.0
    return min(weights.probability(probabilities[0]) / probabilities[0], 1 / sum(probabilities))


def speaks(rule: Rule, finding: Finding, run: Run, before: Mapping[str, float]) -> tuple[tuple[Evidence, ...], float] | None:
    """The evidence for and against the cause, and its odds; None where a signal that it needs is missing, or for a fault of ours."""
    try:
        with contained(rule.name, but=(*PASSED_ON, FaultySignal)):
            if not rule.missing(run):
                evidence = (*weigh(rule, finding, run), *shared_cause_evidence(rule, finding, before), *was_tried(rule, finding, run))
                return evidence, 10 ** (bounded(prior(rule, finding.problem) + sum(e.weight or 0 for e in evidence)) / 10)
    except FaultySignal:
        pass
    return None


def called_for(rule: Rule, finding: Finding, run: Run) -> tuple[Change, ...]:
    """The changes that the cause calls for, what was tried and mended first; none after a fault of ours."""
    with contained(rule.name):
        return as_proved(run, finding, changes(rule, finding, run))
    return ()


def was_tried(rule: Rule, finding: Finding, run: Run) -> Iterator[Evidence]:
    """What trying what the cause calls for came to, where the run says that something was tried."""
    if TRIED in run.hparams:
        yield from tried_evidence(run, finding, called_for(rule, finding, run))


def weigh(rule: Rule, finding: Finding, run: Run) -> tuple[Evidence, ...]:
    """What speaks for and against the cause; nothing where a curve is too short.

    Raises
    ------
    FaultySignal
        A signal that it asks for could not be worked out, for a fault of ours.
    """
    given = {"finding": finding} if "finding" in rule.needs else {}
    signals = rule.signals(run)
    try:
        evidence = [weights.weighed(rule.name, e) for e in with_tags(rule.function(**given, **signals), run)]
    except CannotTell:
        return ()
    return tuple(e if e.weight is None else replace(e, weight=bounded(e.weight)) for e in evidence)


def bounded(weight: float) -> float:
    """The weight, in decibans, no larger than can be told apart from certainty."""
    return max(-CERTAIN, min(weight, CERTAIN))


def with_tags(evidence: Iterable[Evidence], run: Run) -> tuple[Evidence, ...]:
    """The evidence with the tag that its signal was logged under, where it names none itself; "" where the signal is no curve."""
    return tuple(replace(e, tag=e.tag or getattr(run.signals.get(e.signal), "tag", "")) for e in evidence)


def prior(rule: Rule, problem: str) -> float:
    """How likely the cause is before any evidence, in decibans against causes outside the catalogue: one number, or one a problem."""
    by_hand = rule.module.PRIOR
    return weights.prior(rule.name, problem, by_hand[problem] if isinstance(by_hand, dict) else by_hand)


def shared_cause_evidence(rule: "Rule", finding: Finding, before: Mapping[str, float]) -> Iterator[Evidence]:
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


def signals_to_log(able: Iterable["Rule"], kept: Iterable[Cause], run: Run) -> tuple[str, ...]:
    """The signals not logged that bear on the causes still possible: first those that bear on most of what is probable."""
    probability = {c.cause: c.probability for c in kept}
    mass: dict[str, float] = {}
    task = run.signal("task")
    told = ("lr",) if as_number(run.signal("hparams"), "lr") is not None else ()  # among the settings
    never = {*NOT_SIGNALS, *NOT_TO_LOG, *told, *(task.ignores if task is not None else ())}
    for rule in able:
        for signal in rule.needs + rule.uses:
            if signal not in never and signal not in run.faulty and run.signal(signal) is None:
                mass[signal] = mass.get(signal, 0.0) + probability.get(rule.name, WORTH_SAYING if rule.missing(run) else 0.0)
    return tuple(sorted((s for s in mass if mass[s] > 0), key=lambda s: -mass[s])[:TO_LOG])
