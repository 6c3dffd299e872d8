"""Whether stopping early would leave a model worth keeping, or one that knows next to nothing."""

from advisor.evidence.pretrained import begun_from
from advisor.evidence.validation.score_after import GAINED, gone_after
from advisor.run import Run
from advisor.statistics.carrying_over import LEAST, lowest_and_end
from advisor.tasks import FINE_TUNED

KNOWS = 0.9  # of where the losses began: a lowest validation loss above that is hardly better than knowing nothing
HALF = 0.5  # of the score on what was trained on: a score that never reached it is no model's


def knows_something(run: Run) -> bool:
    """Whether the weights of the best evaluation are better than those of the first, and know something of what there is to know.

    False where nothing was validated.
    """
    val = run.signal("val_loss")
    if val is None or len(val.finite()) < LEAST:
        return False
    level, best, low, _ = lowest_and_end(val)
    if best <= int(level.steps[0]) and not trained_before(run):
        return False
    return low.value <= KNOWS * began(run, float(level.values[0])) and answers(run)


def still_rises(run: Run) -> bool:
    """Whether the validation score went on rising after the best validation loss, so that stopping there would cost some of it."""
    return gone_after(run.signal("val_accuracy"), lowest_and_end(run.signal("val_loss"))[1]) > GAINED


def trained_before(run: Run) -> bool:
    """Whether it began from weights that knew something already."""
    task = run.signal("task")
    return bool(begun_from(run.signal("hparams"))) or (task is not None and task.name == FINE_TUNED)


def began(run: Run, first: float) -> float:
    """The higher of the first level of the validation loss and the first training loss, in units of the loss."""
    train = run.signal("train_loss")
    return max(first, float(train.finite().values[0])) if train is not None and len(train.finite()) else first


def answers(run: Run) -> bool:
    """Whether the validation score came to half of the one on the training set, where both are known."""
    score, trained = run.signal("val_accuracy"), run.signal("train_accuracy")
    if score is None or trained is None or not len(score.finite()) or not len(trained.finite()):
        return True
    return float(score.finite().values.max()) >= HALF * float(trained.finite().values[-1])
