"""Training went on after the model had learned what it could.

What it means
    The model was at its best on new data part of the way through. Nothing else need be wrong: the best
    checkpoint is the result.

How it is weighed
    For: a long share of the run lies after the best validation loss. Against: a turn so early that the model
    had not learned yet.

What to change
    patience (early stopping that keeps the best weights), or epochs, to where the validation loss was lowest.

References
    The guide, Problem 5, solution 2.
    Prechelt, Early Stopping - But When? (1998).
"""

from advisor.curves import every, fall, line, rise
from advisor.finding import Change, Evidence
from advisor.signals.hparams import as_number
from advisor.statistics.noise import smooth
from advisor.statistics.training_length import ended_by

EXPLAINS = ("overfitting",)
PRIOR = 4.0
EVALUATIONS = 10  # the guide's patience


def weigh(val_loss):
    first, best, last = turn(val_loss)
    after = (last - best) / max(last - first, 1)
    weight = 4.0 if 0.2 <= after <= 0.85 else -4.0 if after > 0.9 else 0.0
    yield Evidence("val_loss", best, last, "share of the run after the best validation loss", after, 0.2, weight)


def turn(val_loss):
    """First step, step of the lowest validation loss, last step."""
    val = smooth(val_loss)
    return int(val.steps[0]), int(val.steps[val.values.argmin()]), int(val.steps[-1])


def changes(run, finding):
    val = run.signal("val_loss").finite()
    first, best, last = turn(val)
    count = len(val)
    patience = max(3, min(EVALUATIONS, count // 5))
    yield Change(
        "patience",
        to=patience,
        interval=(max(2, patience // 2), 15),
        why=f"stop {patience} evaluations after the best one (step {best}) and keep its weights",
    )
    ends = ended_by(run.signal("hparams"), run.signal("epoch"))
    now = as_number(run.signal("hparams"), ends)
    if now and last > first:
        to = max(1, round(now * (best - first) / (last - first) * 1.1))
        yield Change(ends, to=to, why=f"the validation loss was lowest after {best - first} of {last - first} steps")


BAD = {
    "a turn in the middle": dict(train_loss=fall(end=0.02), val_loss=fall(end=0.6) + rise(0.5, after=0.4)),
    "few evaluations": dict(train_loss=fall(end=0.02), val_loss=every(10, fall(end=0.6) + rise(0.5, after=0.3))),
}
GOOD = {
    "a turn at once, and no regularization": dict(
        train_loss=fall(end=0.001, rate=40), val_loss=fall(end=1.0, rate=200) + line(0, 2), hparams=dict(weight_decay=0.0, dropout=0.0)
    ),
}
