"""The inputs are not normalized.

What it means
    Features of very different or very large scale make the loss steep in some directions and flat in others:
    one rate is too large for the first and too small for the second.

How it is weighed
    For: the inputs' mean or standard deviation, where somebody logs it, lies far from 0 or 1; the loss starts many times above
    where it soon is, as it does when raw features or targets go in. Against: inputs of about zero mean and unit variance.

What to change
    input_scale: zero mean and unit variance, computed on the training set.

References
    The guide, Problem 4, solution 1: check data preprocessing.
    LeCun et al., Efficient BackProp (1998).
"""

import numpy as np

from advisor.curves import every, fall, flat, noise
from advisor.finding import Change, Evidence, setting
from advisor.hparams import number
from advisor.stats import ENOUGH, shape

EXPLAINS = ("loss-plateau", "loss-not-decreasing", "exploding-loss", "idle-layers", "unstable-loss", "slow-convergence", "unscaled-inputs")
PRIOR = {
    "loss-plateau": -1.0, "loss-not-decreasing": -2.0, "exploding-loss": -4.0, "idle-layers": -6.0,
    "unstable-loss": -8.0, "slow-convergence": -8.0,
    "unscaled-inputs": 6.0,
}  # fmt: skip
FAR = (0.05, 5.0)  # standard deviations of the inputs
OFF = 3.0  # mean over the standard deviation
NORMALIZED = ("normalize", "normalized", "normalise", "standardize", "standardized")
HIGH = 10.0  # a cross-entropy starts at ln(classes), normalized regression near 1: only a large vocabulary starts above


def weigh(train_loss=None, input_mean=None, input_std=None, hparams=None):
    yield from measured(input_mean, input_std)
    said = next((number(hparams, name) for name in NORMALIZED if name in (hparams or {})), None)
    if said is not None:
        yield setting("normalize", said, "normalization of the inputs, as set", -8.0 if said else 8.0)
    if train_loss is None or len(train_loss.finite()) < ENOUGH:
        return
    s = shape(train_loss)
    if s.start.value > HIGH:
        yield Evidence("train_loss", s.first_step, s.first_step, "starting loss", s.start.value, HIGH, 4.0)


def measured(input_mean, input_std):
    """What goes in, as it was logged."""
    if input_std is not None and len(spread := input_std.finite()):
        first, last, size = int(spread.steps[0]), int(spread.steps[-1]), float(np.median(spread.values))
        off = (
            abs(float(np.median(input_mean.finite().values))) / max(size, 1e-12)
            if input_mean is not None and len(input_mean.finite())
            else 0.0
        )
        if size > FAR[1] or size < FAR[0]:
            yield Evidence(
                "input_std",
                first,
                last,
                "standard deviation of the inputs",
                size,
                FAR[size > 1],
                16.0,
                kind="inputs far from unit variance",
            )
        elif off > OFF:
            yield Evidence("input_mean", first, last, "mean of the inputs over their standard deviation", off, OFF, 10.0)
        else:
            yield Evidence(
                "input_std", first, last, "standard deviation of the inputs", size, weight=-10.0, kind="inputs near unit variance"
            )


def changes(run, finding):
    yield Change(
        "input_scale",
        to="standardize",
        why="zero mean and unit variance for every feature (and for a regression's target): check the data before the model",
    )


BAD = {
    "inputs of a spread of 70": dict(
        train_loss=fall(start=6.0, end=2.3, rate=300) * noise(0.01),
        input_std=every(10, flat(70.0)),
        hparams=dict(lr=3e-3, optimizer="Adam"),
    ),
    "raw features, a usual rate": dict(
        train_loss=fall(start=95.0, end=60.0, rate=900) * noise(0.02), hparams=dict(lr=1e-3, optimizer="Adam")
    ),
}
GOOD = {
    "a rate far above the usual": dict(
        train_loss=fall(start=2.33, end=2.3, rate=900) * noise(0.002), hparams=dict(lr=1.0, optimizer="Adam")
    )
}
