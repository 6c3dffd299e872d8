"""The model is too small for what it should learn.

What it means
    Training and validation loss settle together, far too high, although nothing holds the model back.

How it is weighed
    For: hidden layers of a few units or a few hundred parameters in all, where the run says; so few units may all be dead from the
    start, too. Against: a model of usual size; a loss that still falls.

What to change
    hidden_size, to twice.

References
    The guide, Problem 4, solution 2: verify the model architecture.
    Lu et al., Dying ReLU and Initialization (2019), on deep and narrow networks that are born dead. arXiv:1903.06733
"""

from advisor.curves import every, fall, flat, noise
from advisor.finding import Change, Evidence, setting
from advisor.signals.hparams import as_number
from advisor.statistics.curve_shape import shape

EXPLAINS = ("underfitting", "loss-plateau", "slow-convergence", "loss-not-decreasing", "unstable-loss", "one-class", "idle-layers")
PRIOR = {
    "underfitting": -6.0, "loss-plateau": -6.0, "slow-convergence": -8.0, "loss-not-decreasing": -10.0,
    "unstable-loss": -10.0, "one-class": -9.0, "idle-layers": -10.0,
}  # fmt: skip
FEW, USUAL = 8, 32  # units of a hidden layer
TINY = 300  # parameters


def weigh(train_loss, hparams=None):
    yield from by_size(hparams)
    s = shape(train_loss)
    if s.late > 0.1 and s.late_sigma > 4:
        yield Evidence(
            "train_loss", s.first_step, s.last_step, "still falling: share of the fall made in the second half", s.late, 0.1, -6.0
        )


def by_size(hparams):
    """How wide and how large the model is, where the run says."""
    width, count = as_number(hparams, "hidden_size"), as_number(hparams, "num_parameters")
    if width:
        fact = "units of a hidden layer"
        weight = 12.0 if width <= FEW / 2 else 6.0 if width <= FEW else -6.0 if width >= USUAL else 0.0
        yield setting("hidden_size", width, fact, weight, "few units" if width <= FEW else "units enough")
    if count:
        few = count <= TINY
        weight = 6.0 if few else -4.0 if count >= 10 * TINY else 0.0
        yield setting("num_parameters", count, "parameters", weight, "few parameters" if few else "parameters enough")


def changes(run, finding):
    width = as_number(run.signal("hparams"), "hidden_size")
    yield Change("hidden_size", to=int(2 * width) if width else None, by=None if width else 2.0, why="more room for what is to be learned")


BAD = {
    "two units a layer": dict(
        train_loss=fall(start=2.3, end=1.6, rate=60) * noise(0.01),
        val_accuracy=every(10, 0.3 * noise(0.02)),
        hparams=dict(hidden_size=2, num_parameters=160, lr=1e-3, optimizer="Adam"),
    ),
    "two units a layer, and both of one dead": dict(
        train_loss=fall(start=2.36, end=2.3, rate=60) * noise(0.005),
        layer_zeros={"1": every(5, flat(0.5)), "2": every(5, flat(1.0))},
        hparams=dict(hidden_size=2, num_parameters=166, lr=1e-3, optimizer="Adam"),
    ),
}
GOOD = {"stuck at once": dict(train_loss=fall(start=3.5, end=2.3, rate=300) * noise(0.01))}
