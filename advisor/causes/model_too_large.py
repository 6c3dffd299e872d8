"""The model has more capacity than the data can fill.

What it means
    A smaller model memorizes less. It is the last thing to try: a large model with regularization and early
    stopping usually does better than a small one without.

How it is weighed
    Logs seldom tell the model's size against the data's; it stays behind the other causes of overfitting.

What to change
    hidden_size, to a half.

References
    The guide, Problem 5, solution 4.
"""

from advisor.curves import fall, rise
from advisor.finding import Change
from advisor.hparams import number

EXPLAINS = ("overfitting",)
PRIOR = -5.0


def weigh(hparams=None):
    return ()


def changes(run, finding):
    width = number(run.signal("hparams"), "hidden_size")
    yield Change("hidden_size", to=int(width // 2) if width else None, by=None if width else 0.5, why="less room to memorize")


BAD: dict[str, dict] = {}
GOOD = {"nothing known": dict(train_loss=fall(end=0.02), val_loss=fall(end=0.6) + rise(0.5, after=0.4))}
