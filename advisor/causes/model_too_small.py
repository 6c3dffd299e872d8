"""The model is too small for what it should learn.

What it means
    Training and validation loss settle together, far too high, although nothing holds the model back.

How it is weighed
    Against: regularization that is strong, or a loss that still falls. Logs seldom tell more, so that it
    stays behind the other causes.

What to change
    hidden_size, to twice.

References
    The guide, Problem 4, solution 2: verify the model architecture.
"""

from advisor.curves import fall, noise
from advisor.finding import Change, Evidence
from advisor.hparams import number
from advisor.stats import shape

EXPLAINS = ("underfitting", "loss-plateau")
PRIOR = -6.0


def weigh(train_loss):
    s = shape(train_loss)
    if s.late > 0.1 and s.late_sigma > 4:
        yield Evidence(
            "train_loss", s.first_step, s.last_step, "still falling: share of the fall made in the second half", s.late, 0.1, -6.0
        )


def changes(run, finding):
    width = number(run.signal("hparams"), "hidden_size")
    yield Change("hidden_size", to=int(2 * width) if width else None, by=None if width else 2.0, why="more room for what is to be learned")


BAD: dict[str, dict] = {}
GOOD = {"stuck at once": dict(train_loss=fall(start=3.5, end=2.3, rate=300) * noise(0.01))}
