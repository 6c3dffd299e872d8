"""The inputs are not normalized.

What it means
    Features of very different or very large scale make the loss steep in some directions and flat in others:
    one rate is too large for the first and too small for the second.

How it is weighed
    For: the loss starts many times above where it soon is, as it does when raw features or targets go in. The logs hold no more than
    that, but the probe sees what the first layer is given: features of very large or very different size. Against: features of size 1.

What to change
    input_scale: zero mean and unit variance, computed on the training set.

References
    The guide, Problem 4, solution 1: check data preprocessing.
    LeCun et al., Efficient BackProp (1998).
"""

from advisor.curves import fall, noise
from advisor.finding import Change, Evidence, setting
from advisor.hparams import number
from advisor.looks import first, seen
from advisor.problems.badly_scaled_inputs import features
from advisor.problems.wrong_initial_loss import look
from advisor.stats import ENOUGH, shape

EXPLAINS = (
    "loss-plateau",
    "loss-not-decreasing",
    "exploding-loss",
    "badly-scaled-inputs",
    "wrong-initial-loss",
    "cannot-overfit-one-batch",
)
PRIOR = {
    "loss-plateau": 1.0,
    "loss-not-decreasing": -2.0,
    "exploding-loss": -4.0,
    "badly-scaled-inputs": 4.0,
    "wrong-initial-loss": -3.0,
    "cannot-overfit-one-batch": -8.0,
}
NORMALIZED = ("normalize", "normalized", "normalise", "standardize", "standardized")
HIGH = 10.0  # a cross-entropy starts at ln(classes), normalized regression near 1: only a large vocabulary starts above


LARGE, SMALL, APART = 50.0, 0.01, 500.0  # as in advisor/problems/badly_scaled_inputs.py


def weigh(train_loss=None, hparams=None, sanity_check=None):
    yield from looked_at(sanity_check or {})
    said = next((number(hparams, name) for name in NORMALIZED if name in (hparams or {})), None)
    if said is not None:
        yield setting("normalize", said, "normalization of the inputs, as set", -8.0 if said else 8.0)
    if train_loss is None or len(train_loss.finite()) < ENOUGH:
        return
    s = shape(train_loss)
    if s.start.value > HIGH:
        yield Evidence("train_loss", s.first_step, s.first_step, "starting loss", s.start.value, HIGH, 4.0)


def looked_at(looks):
    largest, smallest = first(looks, "largest_feature"), first(looks, "smallest_feature")
    if largest > 0:
        far = largest > LARGE or largest < SMALL or largest > APART * smallest
        yield seen(looks, "largest_feature", "size of the largest feature the first layer is given", largest, LARGE, 12.0 if far else -10.0)


def changes(run, finding):
    yield Change(
        "input_scale",
        to="standardize",
        why="zero mean and unit variance for every feature (and for a regression's target): check the data before the model",
    )


BAD = {
    "raw measurements": features(920.0, 0.004),
    "and a loss that begins high": look(812.0, 2.303, 10, largest_feature=920.0, smallest_feature=0.004),
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
