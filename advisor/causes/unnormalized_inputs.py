"""The inputs are not normalized.

What it means
    Features of very different or very large scale make the loss steep in some directions and flat in others:
    one rate is too large for the first and too small for the second.

How it is weighed
    For: the inputs' mean or standard deviation, where somebody logs it, lies far from 0 or 1; the loss starts many times above
    where it soon is, as it does when raw features or targets go in, or its gradient is several times as large before any step.
    A loss that starts in millions tells so by
    itself. The probe sees what the first layer is given: features of very large or very different size. Against: inputs of about zero mean
    and unit variance.

What to change
    input_scale: zero mean and unit variance, computed on the training set.

References
    The guide, Problem 4, solution 1: check data preprocessing.
    LeCun et al., Efficient BackProp (1998).
"""

import numpy as np

from advisor.curves import every, fall, flat, line, noise
from advisor.evidence.data_kind import data_kind
from advisor.evidence.first_gradient import steep
from advisor.evidence.sanity_facts import at_start, sanity_evidence
from advisor.finding import Change, Evidence, setting
from advisor.problems.badly_scaled_inputs import features
from advisor.problems.wrong_initial_loss import look
from advisor.signals.hparams import as_number
from advisor.statistics.curve_shape import ENOUGH, shape

EXPLAINS = (
    "loss-plateau", "loss-not-decreasing", "exploding-loss", "idle-layers", "unstable-loss", "slow-convergence", "unscaled-inputs",
    "badly-scaled-inputs", "wrong-initial-loss", "cannot-overfit-one-batch",
)  # fmt: skip
PRIOR = {
    "loss-plateau": -1.0, "loss-not-decreasing": -2.0, "exploding-loss": -4.0, "idle-layers": -6.0, "unstable-loss": -8.0,
    "slow-convergence": -8.0, "unscaled-inputs": 6.0, "badly-scaled-inputs": 4.0, "wrong-initial-loss": -3.0,
    "cannot-overfit-one-batch": -8.0,
}  # fmt: skip
FAR = (0.05, 5.0)  # standard deviations of the inputs
OFF = 3.0  # mean over the standard deviation
NORMALIZED = ("normalize", "normalized", "normalise", "standardize", "standardized")
ENORMOUS = 1e6  # a loss that nothing of unit scale starts with, summed over a picture or not
HIGH = 10.0  # a cross-entropy starts at ln(classes), normalized regression near 1: only a large vocabulary starts above


LARGE, SMALL, APART = 50.0, 0.01, 500.0  # as in advisor/problems/badly_scaled_inputs.py


def weigh(
    train_loss=None, input_mean=None, input_std=None, grad_norm=None, layer_grad_norms=None, hparams=None, sanity_check=None
):  # fmt: skip
    yield from looked_at(sanity_check or {})
    yield from steep(train_loss, grad_norm, layer_grad_norms, hparams, 5.0)
    yield from measured(input_mean, input_std)
    said = next((as_number(hparams, name) for name in NORMALIZED if name in (hparams or {})), None)
    if said is not None:
        yield setting("normalize", said, "normalization of the inputs, as set", -8.0 if said else 8.0)
    if train_loss is None or len(train_loss.finite()) < ENOUGH:
        return
    s = shape(train_loss)
    if (begun := float(train_loss.finite().values[0])) > ENORMOUS and not train_loss.begins_trained:  # later it may have been thrown there
        fact = "starting loss, of numbers that were never scaled"
        yield Evidence("train_loss", s.first_step, s.first_step, fact, begun, ENORMOUS, 12.0)
    elif s.start.value > HIGH:
        yield Evidence("train_loss", s.first_step, s.first_step, "starting loss", s.start.value, HIGH, 4.0)


def measured(input_mean, input_std):
    """What goes in, as it was logged."""
    if input_std is not None and len(spread := input_std.finite()):
        begin, last, size = int(spread.steps[0]), int(spread.steps[-1]), float(np.median(spread.values))
        off = (
            abs(float(np.median(input_mean.finite().values))) / max(size, 1e-12)
            if input_mean is not None and len(input_mean.finite())
            else 0.0
        )
        if size > FAR[1] or size < FAR[0]:
            yield Evidence(
                "input_std",
                begin,
                last,
                "standard deviation of the inputs",
                size,
                FAR[size > 1],
                16.0,
                kind="inputs far from unit variance",
            )
        elif off > OFF:
            yield Evidence("input_mean", begin, last, "mean of the inputs over their standard deviation", off, OFF, 10.0)
        else:
            yield Evidence(
                "input_std", begin, last, "standard deviation of the inputs", size, weight=-10.0, kind="inputs near unit variance"
            )


def looked_at(looks):
    largest, smallest = at_start(looks, "largest_feature"), at_start(looks, "smallest_feature")
    if largest > 0:
        far = largest > LARGE or largest < SMALL or largest > APART * smallest
        what = "size of the largest feature the first layer is given"
        yield sanity_evidence(looks, "largest_feature", what, largest, LARGE, 12.0 if far else -10.0)


def changes(run, finding):
    if data_kind(run) == "text":  # tokens have no scale
        return
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
    "raw measurements": features(920.0, 0.004),
    "and a loss that begins high": look(812.0, 2.303, 10, largest_feature=920.0, smallest_feature=0.004),
    "raw units, and no progress": dict(train_loss=line(3.77e12, 3.76e12)),
    "raw features, a usual rate": dict(
        train_loss=fall(start=95.0, end=60.0, rate=900) * noise(0.02), hparams=dict(lr=1e-3, optimizer="Adam")
    ),
}
GOOD = {
    "logits of size 30, inputs of size 1": look(26.0, 2.303, 10, largest_feature=1.2, smallest_feature=0.9),
    "a rate far above the usual": dict(
        train_loss=fall(start=2.33, end=2.3, rate=900) * noise(0.002), hparams=dict(lr=1.0, optimizer="Adam")
    ),
}
