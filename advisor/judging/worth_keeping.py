"""Whether stopping early would leave a model worth keeping, or one that knows next to nothing."""

import numpy as np

from advisor.evidence.pretrained import trained_before
from advisor.evidence.validation.score_after import GAINED, gone_after
from advisor.run import Run
from advisor.statistics.carrying_over import LEAST
from advisor.statistics.course import course

SIGMAS, FAR, ENOUGH = 3.0, 0.5, 12  # standard errors; of the lowest; evaluations
KNOWS = 0.9  # of where the losses began: a lowest validation loss above that is hardly better than knowing nothing
HALF = 0.5  # of the score on what was trained on: a score that never reached it is no model's


def keeps_something(run: Run) -> bool:
    """Whether the weights of the best evaluation are others than those of the first, and answer half as well as training's do.

    False where nothing was validated.
    """
    val = run.signal("val_loss")
    if val is None or len(val.finite()) < LEAST:
        return False
    c = course(val)
    return (c.kept > int(c.points.steps[0]) or trained_before(run)) and by_scores(run) is not False


def stood_still(run: Run) -> bool:
    """Whether the validation loss rose by no more than its noise: there is nothing then that stopping early would have kept."""
    val = run.signal("val_loss")
    if val is None or len(val.finite()) < ENOUGH:
        return False
    c = course(val)
    return c.excess < FAR and c.end.value - c.low.value < SIGMAS * float(np.hypot(c.low.error, c.end.error))


def costs_something(run: Run) -> bool:
    """Whether the best validation loss is hardly lower than where the losses began, or its score went on rising after it."""
    c = course(run.signal("val_loss"))
    little = by_scores(run) is None and not trained_before(run) and c.told.lowest > KNOWS * began(run, float(c.points.values[0]))
    return little or gone_after(run.signal("val_accuracy"), c.told.best) > GAINED


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
