"""How sure one may be of a finding, told by how often such findings were right on other people's runs."""

from advisor.evidence import weights
from advisor.finding import Finding
from advisor.render.report_words import likelihood

ROUND = (10, 20, 50, 100)  # verdicts of which so many were right


def measured(finding: Finding) -> bool:
    """Whether the confidence of such findings was measured on runs of other people; else it is the usual one, or the rule's own."""
    return bool(weights.of("problems", finding.problem).get("sources"))


def out_of(share: float) -> str:
    """A share as so many of a round number: "19 of 20"."""
    whole = next((n for n in ROUND if abs(share * n - round(share * n)) < 1e-6), ROUND[-1])
    return f"{round(share * whole)} of {whole}"


def track_record(finding: Finding) -> str:
    """How often such verdicts were right where that was measured, as it is expected of sources that it was not measured on."""
    if measured(finding):
        return f"on other people's runs {out_of(finding.confidence)} such verdicts were right"
    if weights.of("problems", finding.problem):
        return f"seen on no other person's run; of all verdicts there {out_of(finding.confidence)} were right"
    return f"{likelihood(finding.confidence)} ({finding.confidence:.0%}) by its rule alone, for other people's runs could not tell"
