"""Whether stopping early would leave a model worth keeping, or one that knows next to nothing."""

import re
from dataclasses import replace

import numpy as np

from advisor.anchors.scores import share
from advisor.evidence.pretrained import trained_before
from advisor.run import Run
from advisor.scalar import Scalar
from advisor.signals.hparams import as_number
from advisor.statistics.carrying_over import LEAST
from advisor.statistics.course import course
from advisor.statistics.noise import smooth

SIGMAS, FAR, ENOUGH = 3.0, 0.5, 12  # standard errors; of the lowest; evaluations
KNOWS = 0.9  # of where the losses began: a lowest validation loss above that is hardly better than knowing nothing
LEARNED, KNOWN = 0.5, 0.8  # of where the losses began; of a full score: what is that good is worth keeping, however early it came
EVALUATIONS, DIGITS, REST = 5, 4, 0.002  # fewer show nothing; that scores are printed with; of a full score
HALF = 0.5  # of the score on what was trained on: a score that never reached it is no model's
RIGHT, NEXT_TO_NOTHING = 0.4, 0.15  # of the way from a guess to every answer right
OF_TWO = 0.5  # what a guess among two classes is right in
WON_LATER = 1 / 3  # of the errors at the lowest loss: where so many go after it, the model of that point is an unfinished one
LONGER = 1.5  # times its patience: who goes on for longer after the lowest loss is not stopped by it
PLATEAU = re.compile(r"(?i)plateau|\bfactor\b|lr_factor|lr_patience|patience_lr")
ALIKE = "see before that both sets are prepared alike"
ACCURACY = re.compile(r"(?i)acc|top[-_ @]?1")


def keeps_something(run: Run) -> bool:
    """Whether the weights of the best evaluation are worth keeping; False where nothing was validated."""
    val = run.signal("val_loss")
    return val is not None and len(val.finite()) >= LEAST and not in_vain(run)


def in_vain(run: Run) -> str:
    """Why stopping early would leave little, as a part of a sentence; empty where the best evaluation's weights are worth keeping.

    They are where they know something and are not far from the best there were. An evaluation that none came before must show more than
    one that follows on some learning.
    """
    val = run.signal("val_loss")
    if val is None or len(val.finite()) < LEAST:
        return ""
    c, right = course(val), rightness(run)
    start = began(run, float(c.points.values[0]))
    if waits := at_work(run):
        return f"early stopping is at work already: it waits for {waits:g} evaluations"
    if c.points.values.argmin() == 0 and not trained_before(run) and not knows(run):
        return f"validation was never better than at its first evaluation, so {ALIKE}"
    if by_scores(run) is False:
        return "validation never scored half of what training did, so stopping early would keep no model of use"
    if unfinished(run):
        return f"the score rose by far after the lowest validation loss, so stopping there (step {c.told.best}) costs more than it saves"
    if right is not None and right < RIGHT:
        kept = val_score(run).values[np.abs(val_score(run).steps - c.told.best).argmin()]
        look = f", so {ALIKE}" if right < NEXT_TO_NOTHING else ""
        return f"stopping where validation loss was lowest, at step {c.told.best}, would keep a score of {kept:.3g}{look}"
    if right is None and not trained_before(run) and c.told.lowest > KNOWS * start:
        return f"the lowest validation loss, {c.told.lowest:.3g}, lies hardly below the {start:.3g} that the losses began at"
    return "validation loss swings by as much as it rose, so no evaluation stands out to stop at" if stood_still(run) else ""


def at_work(run: Run) -> float:
    """The evaluations that early stopping waits for in this run, where it did not go on for far longer than that; 0 elsewhere.

    A patience may also be that of a schedule which waits for a plateau.
    """
    hparams, values = run.signal("hparams") or {}, run.signal("val_loss").finite().values
    patience = as_number(hparams, "patience")
    if not patience or any(PLATEAU.search(f"{name} {value}") for name, value in hparams.items()):
        return 0.0
    return patience if len(values) - 1 - values.argmin() <= LONGER * patience else 0.0


def knows(run: Run) -> bool:
    """Whether the best evaluation, be it the first, lay far below where the losses began, or had a high score that moves."""
    c, score = course(run.signal("val_loss")), run.signal("val_accuracy")
    if c.told.lowest <= LEARNED * began(run, float(c.points.values[0])):
        return True
    parts = None if score is None else share(score)
    if parts is None or not len(parts) or parts.min() == parts.max():
        return False
    return at_best(run, parts) >= KNOWN


def at_best(run: Run, parts: np.ndarray) -> float:
    """The score of the evaluation of the lowest validation loss, as a share of a full one."""
    best = course(run.signal("val_loss")).told.best
    return float(parts[np.abs(val_score(run).steps - best).argmin()])


def val_score(run: Run) -> Scalar:
    """The finite values of a validation score that was logged."""
    return run.signal("val_accuracy").finite()


def rightness(run: Run) -> float | None:
    """How far the best evaluation had come from a guess to every answer right, by its accuracy; None where no accuracy was logged.

    A guess is right as often as the loss at the beginning says, exp(-loss), and in no more than one of two cases.
    """
    score = run.signal("val_accuracy")
    parts = None if score is None or not ACCURACY.search(score.tag) else share(score)
    if parts is None or not len(parts):
        return None
    guess = min(OF_TWO, float(np.exp(-max(began(run, float(course(run.signal("val_loss")).points.values[0])), 0.0))))
    return (at_best(run, parts) - guess) / (1 - guess)


def unfinished(run: Run) -> bool:
    """Whether a great part of the errors there were at the lowest validation loss went later: its model had not learned the task."""
    score = run.signal("val_accuracy")
    parts = None if score is None else share(score)
    if parts is None or len(parts) < EVALUATIONS:
        return False
    best, level = course(run.signal("val_loss")).told.best, smooth(replace(score.finite(), values=parts))
    then, later = at_best(run, parts), level.values[level.steps > best]
    return bool(len(later) and then < 1 and later.max() - then > WON_LATER * (1 - then))


def says_nothing(run: Run) -> str:
    """How the validation score shows that it measures nothing: one value in all evaluations, or a value and its rest; else empty."""
    score = run.signal("val_accuracy")
    parts = None if score is None else share(score)
    if parts is None or len(parts) < EVALUATIONS:
        return ""
    values = np.unique(parts.round(DIGITS))
    if len(values) == 1:
        return f"was {values[0]:g} at each of its {len(parts)} evaluations"
    return (
        f"was {values[0]:g} or {values[1]:g} at each, which is one class or the other"
        if len(values) == 2 and abs(values.sum() - 1) < REST
        else ""
    )


def stood_still(run: Run) -> bool:
    """Whether the validation loss rose by no more than its noise: there is nothing then that stopping early would have kept."""
    val = run.signal("val_loss")
    if val is None or len(val.finite()) < ENOUGH:
        return False
    c = course(val)
    return c.excess < FAR and c.end.value - c.low.value < SIGMAS * float(np.hypot(c.low.error, c.end.error))


def began(run: Run, first: float) -> float:
    """The higher of the first validation loss and the first training loss, in units of the loss."""
    train = run.signal("train_loss")
    return max(first, float(train.finite().values[0])) if train is not None and len(train.finite()) else first


def by_scores(run: Run) -> bool | None:
    """Whether the validation score came to half of the one on the training set; None where one of them is not known."""
    score, trained = run.signal("val_accuracy"), run.signal("train_accuracy")
    if score is None or trained is None or not len(score.finite()) or not len(trained.finite()):
        return None
    return float(score.finite().values.max()) >= HALF * float(trained.finite().values[-1])
