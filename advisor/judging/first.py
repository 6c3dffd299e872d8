"""What to do first: the change of the most probable cause where this run speaks for it, else the check that tells its causes apart.

A cause that stands first by nothing but how common it is says little of this run: a loss that never moved is as often the doing of labels,
of a cut gradient or of the data's scale as of a rate, and moving the rate of such a run by ten is a guess. One batch tells in a minute.
"""

from collections.abc import Iterable

from advisor.finding import LOUD, Cause, Change, Finding
from advisor.judging.changes import stamped
from advisor.run import Run
from advisor.wording import joined

SURE = 0.4  # a cause more probable than this leads, whatever it rests on
SPEAKS = 3.0  # decibans: a fact of this run that makes a cause twice as likely
NEARLY = 0.5  # of the first cause's probability
NAMED = 3  # causes beside a check
NEVER_LEARNED = ("loss-not-decreasing", "one-class")
BY_EVIDENCE_ONLY = (  # causes that nobody suspects unless something shows them
    *("unnormalized-inputs", "bad-initialization", "vanishing-gradients", "dead-activations", "wrong-labels", "batch-size-too-small"),
    *("model-too-small", "too-much-regularization"),
)


def first_change(findings: Iterable[Finding], run: Run) -> Change | None:
    """Change one thing at a time: what to do first about the most important loud finding for which something is to be done."""
    told = (change for finding in findings if finding.level in LOUD if (change := for_finding(finding, run)) is not None)
    return next(told, None)


def for_finding(finding: Finding, run: Run) -> Change | None:
    """The change or the check to begin with; None where the first cause, sure or spoken for, asks for none."""
    if finding.causes and led_by_evidence(finding.causes[0]):
        return next(iter(finding.causes[0].changes), None)
    if finding.problem in NEVER_LEARNED:
        return stamped(one_batch(finding), run.signal("hparams") or {}, run.signal("framework") or "")
    return next((cause.changes[0] for cause in in_turn(finding.causes) if cause.changes), None)


def led_by_evidence(cause: Cause) -> bool:
    """Whether the cause is as good as known, or a fact of this run speaks for it."""
    return cause.probability >= SURE or spoken_for(cause)


def spoken_for(cause: Cause) -> bool:
    """Whether the facts of this run that speak for it, less those against it, make it twice as likely."""
    return sum(fact.weight or 0.0 for fact in cause.evidence) >= SPEAKS


def in_turn(causes: tuple[Cause, ...]) -> tuple[Cause, ...]:
    """Those nearly as probable as the first: what this run speaks for, then what is usually tried, none that only evidence could show."""
    near = [c for c in causes if c.probability >= NEARLY * causes[0].probability]
    shown = [c for c in near if spoken_for(c)]
    return (*shown, *(c for c in near if c not in shown and c.cause not in BY_EVIDENCE_ONLY))


def one_batch(finding: Finding) -> Change:
    """The check that parts what is wrong with the program or its data from what is wrong with the settings."""
    causes = [f"{cause.cause} ({cause.probability:.0%})" for cause in finding.causes[:NAMED]]
    untold = f"nothing in this log tells {joined(causes)} apart" if len(causes) > 1 else "nothing in this log tells why"
    then = "where the loss of one batch comes to next to nothing, the rate is next; where not, labels, scales or gradients are wrong"
    return Change("one_batch", to="learn by heart", why=f"{untold}: {then}")
