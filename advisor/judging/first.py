"""What to do first: the change of the most probable cause where this run speaks for it, else the check that tells its causes apart.

A cause that stands first by nothing but how common it is says little of this run: a loss that never moved is as often the doing of labels,
of a cut gradient or of the data's scale as of a rate, and moving the rate of such a run by ten is a guess. One batch tells in a minute.
What the loss alone shows says as little where it was lost before its first point, or where nothing was learned: labels, a cut gradient and
dead units leave the same curve. A rate known to be a usual one is not moved for want of another idea.
"""

from collections.abc import Iterable
from dataclasses import replace

import numpy as np

from advisor.evidence.validation.worth_keeping import keeps_something, says_nothing
from advisor.finding import LOUD, Cause, Change, Finding
from advisor.judging.changes import direction, stamped
from advisor.run import Run
from advisor.wording import joined

SURE = 0.4  # a cause more probable than this leads, whatever it rests on
SPEAKS = 3.0  # decibans: a fact of this run that makes a cause twice as likely
STOOD = 4  # points before a loss was lost
NEARLY, LEAST = 0.4, 0.1  # of the first cause's probability; a cause less probable than that is not tried for want of another
NAMED = 3  # causes beside a check
SWINGS = "swings by as much as it fell"  # of a training loss that learned nothing, this alone is a rate's doing
RATES = ("lr", "hparams")  # the signals in which a learning rate stands
OVERFITS, STOPPING, MORE_DATA = "overfitting", "patience", "augmentation"
LOST, HIDDEN, UNSTABLE = "exploding-loss", "hidden-nan", "unstable-loss"
LEARNED_LITTLE = ("loss-plateau", "underfitting", "slow-convergence")
ONE_CLASS = "one-class"
TOO_MUCH, PRICES = "too-much-regularization", ("dropout", "weight_decay")
NEVER_LEARNED = ("loss-not-decreasing", ONE_CLASS)
BY_EVIDENCE_ONLY = (  # causes that nobody suspects unless something shows them
    *("unnormalized-inputs", "bad-initialization", "vanishing-gradients", "dead-activations", "wrong-labels", "batch-size-too-small"),
    *("model-too-small", "model-too-large", "too-much-regularization", "learning-rate-too-low"),
)


def first_change(findings: Iterable[Finding], run: Run) -> Change | None:
    """Change one thing at a time: what to do first about the most important loud finding for which something is to be done."""
    told = (change for finding in findings if finding.level in LOUD if (change := for_finding(finding, run)) is not None)
    return next(told, None)


def for_finding(finding: Finding, run: Run) -> Change | None:
    """The change or the check to begin with; None where the first cause, sure or spoken for, asks for none."""
    if finding.problem == OVERFITS and (told := against_overfitting(finding, run)) is not None:
        return told
    asked = check(finding, run)
    if finding.problem == LOST and asked and stood(run):
        return asked
    finding = replace(finding, causes=tuple(cause for cause in finding.causes if not undoes_what_nobody_set(cause)))
    if finding.causes and led_by_evidence(finding.causes[0]) and not may_be_another(finding, run):
        return next(iter(finding.causes[0].changes), None)
    unknown = finding.problem in NEVER_LEARNED or lost_unseen(finding, run) or unseen_in_training(finding)
    usual = () if unknown else in_turn(finding.causes)
    return usual[0].changes[0] if usual else asked or slower(finding)


def against_overfitting(finding: Finding, run: Run) -> Change | None:
    """To stop early, where that leaves something, or what else there is; None where its first cause is as good as known by a setting."""
    first = finding.causes[0] if finding.causes else None
    if first is None or (first.changes and first.probability >= SURE and set_so(first)):
        return None
    if nothing := says_nothing(run):
        why = f"the validation score {nothing}: see whether its examples are labelled and prepared as those of training are"
        return with_its_line(Change("labels", to="looked at", why=why), run)
    likely = [cause for cause in finding.causes if cause.changes and cause.probability >= LEAST]
    stops = [cause for cause in likely if cause.changes[0].hparam == STOPPING]
    others = sorted(in_turn(tuple(cause for cause in likely if cause not in stops)), key=last_of_all)
    told = stops if keeps_something(run) else others or stops
    return told[0].changes[0] if told else None


def undoes_what_nobody_set(cause: Cause) -> bool:
    """Whether the cause asks for less of a price on the model, of which the run does not say that there is any."""
    first = next(iter(cause.changes), None)
    return cause.cause == TOO_MUCH and first is not None and first.hparam in PRICES and first.from_ is None


def slower(finding: Finding) -> Change | None:
    """To lower the rate, where a loss rose or swings and nothing says why: smaller steps do less harm whatever it is."""
    lowers = (cause.changes[0] for cause in finding.causes if cause.probability >= LEAST and cause.changes)
    return next((change for change in lowers if direction(change) < 0), None) if finding.problem in (LOST, UNSTABLE) else None


def last_of_all(cause: Cause) -> tuple[bool, bool]:
    """What a setting of this run speaks for comes first, then more data: a part of the model that nobody knows is changed last."""
    return not set_so(cause), cause.changes[0].hparam != MORE_DATA


def set_so(cause: Cause) -> bool:
    """Whether a setting of this run speaks for it."""
    return any(fact.signal == "hparams" and (fact.weight or 0.0) >= SPEAKS for fact in cause.evidence)


def may_be_another(finding: Finding, run: Run) -> bool:
    """Whether what speaks for the first cause says as much of others: the loss alone, where it was never seen whole or never fell."""
    cause = finding.causes[0]
    if lost_unseen(finding, run) or unseen_in_training(finding):
        return sum(fact.weight or 0.0 for fact in cause.evidence if fact.signal != "train_loss") < SPEAKS
    if finding.problem not in NEVER_LEARNED or not cause.changes or not direction(cause.changes[0]):
        return False
    usual = any((fact.weight or 0.0) < 0 for fact in cause.evidence if fact.signal in RATES)
    if usual and not any(fact.signal == "siblings" for fact in cause.evidence):
        return True
    told = [fact for fact in cause.evidence if fact.signal != "train_loss" or fact.fact.startswith(SWINGS) or (fact.weight or 0.0) < 0]
    return sum(fact.weight or 0.0 for fact in told) < SPEAKS


def lost_unseen(finding: Finding, run: Run) -> bool:
    """Whether the loss was no number from its first point on: nothing is known of what led there."""
    loss = run.signal("train_loss")
    return finding.problem == LOST and loss is not None and len(loss) > 0 and not np.isfinite(loss.values).any()


def unseen_in_training(finding: Finding) -> bool:
    """Whether it is validation alone that is no number: the weights are numbers then, and its examples or its own sums are not."""
    return finding.problem == HIDDEN and finding.evidence[0].signal.startswith("val_")


def stood(run: Run) -> bool:
    """Whether the last losses before they were lost were one number to the last digit: no rate drives a loss that does not move."""
    known = run.signal("train_loss")
    values = known.finite().values[-STOOD:] if known is not None else ()
    return len(values) == STOOD and len(set(values)) == 1


def led_by_evidence(cause: Cause) -> bool:
    """Whether the cause is as good as known, or a fact of this run speaks for it."""
    return cause.probability >= SURE or spoken_for(cause)


def spoken_for(cause: Cause) -> bool:
    """Whether the facts of this run, those for it less those against it, make it twice as likely."""
    return balance(cause) >= SPEAKS


def balance(cause: Cause) -> float:
    """What all facts of this run together say of it, in decibans."""
    return sum(fact.weight or 0.0 for fact in cause.evidence)


def in_turn(causes: tuple[Cause, ...]) -> tuple[Cause, ...]:
    """Those nearly as probable as the first: what this run speaks for, then what is usually tried.

    None that this run speaks against or that only evidence could show; and last what comes with no line, as more data of a kind that nobody
    knows.
    """
    near = [c for c in causes if c.changes and c.probability >= max(NEARLY * causes[0].probability, LEAST)]
    open_to = [c for c in near if spoken_for(c) or (c.cause not in BY_EVIDENCE_ONLY and balance(c) > -SPEAKS)]
    return tuple(sorted(open_to, key=lambda c: (not spoken_for(c), not c.changes[0].how)))


def check(finding: Finding, run: Run) -> Change | None:
    """What tells the causes apart: one batch where nothing was learned, where the first NaN comes from where the loss is none any more.

    A batch parts what is wrong with the program or its data from what is wrong with the settings.
    """
    named = [f"{cause.cause} ({cause.probability:.0%})" for cause in finding.causes[:NAMED]]
    untold = f"this log does not tell {joined(named)} apart" if len(named) > 1 else "this log does not tell why"
    if finding.problem in (*NEVER_LEARNED, *LEARNED_LITTLE):
        then = "where the loss of one batch falls far, the rate is next; where not, labels, scales or gradients are wrong"
        if finding.problem == ONE_CLASS:
            then += "; count the classes too, for one that is most of the examples earns such a score by itself"
        return with_its_line(Change("one_batch", to="learn by heart", why=f"{untold}: {then}"), run)
    if unseen_in_training(finding):
        why = "the training loss is a number: the first evaluation batch that gives none shows an empty label, a division by 0, or 16 bits"
        return with_its_line(Change("first_nan", to="found", why=why), run)
    loss = run.signal("train_loss")
    if finding.problem == LOST and (loss is None or not np.isfinite(loss.values[-1])):
        return with_its_line(Change("anomaly_detection", to="on", why=f"{untold}: the operation that makes the first NaN does"), run)
    return None


def with_its_line(change: Change, run: Run) -> Change:
    """The change with the line that makes it, in the framework of this run."""
    return stamped(change, run.signal("hparams") or {}, run.signal("framework") or "")
