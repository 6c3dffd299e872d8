"""Whether stopping early would leave a model worth keeping, or one that knows next to nothing."""

import numpy as np

from advisor.anchors.scores import share
from advisor.evidence.pretrained import trained_before
from advisor.run import Run
from advisor.statistics.carrying_over import LEAST
from advisor.statistics.course import course

SIGMAS, FAR, ENOUGH = 3.0, 0.5, 12  # standard errors; of the lowest; evaluations
KNOWS = 0.9  # of where the losses began: a lowest validation loss above that is hardly better than knowing nothing
LEARNED, KNOWN = 0.5, 0.8  # of where the losses began; of a full score: what is that good is worth keeping, however early it came
EVALUATIONS, DIGITS, REST = 5, 4, 0.002  # fewer show nothing; that scores are printed with; of a full score
HALF = 0.5  # of the score on what was trained on: a score that never reached it is no model's


def keeps_something(run: Run) -> bool:
    """Whether the weights of the best evaluation know something, or are no first ones, and answer half as well as training's do.

    False where nothing was validated.
    """
    val = run.signal("val_loss")
    if val is None or len(val.finite()) < LEAST:
        return False
    c = course(val)
    return (c.kept > int(c.points.steps[0]) or trained_before(run) or knows(run)) and by_scores(run) is not False


def knows(run: Run) -> bool:
    """Whether the best evaluation, be it the first, lay far below where the losses began, or had a high score that moves."""
    c, score = course(run.signal("val_loss")), run.signal("val_accuracy")
    if c.told.lowest <= LEARNED * began(run, float(c.points.values[0])):
        return True
    parts = None if score is None else share(score)
    if parts is None or not len(parts) or parts.min() == parts.max():
        return False
    return float(parts[np.abs(score.finite().steps - c.told.best).argmin()]) >= KNOWN


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


def says_little(run: Run) -> bool:
    """Whether the best validation loss is hardly lower than where the losses began."""
    c = course(run.signal("val_loss"))
    return by_scores(run) is None and not trained_before(run) and c.told.lowest > KNOWS * began(run, float(c.points.values[0]))


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
