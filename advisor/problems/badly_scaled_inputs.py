"""The features that go in are far too large, far too small, or of very different scale.

What it means
    A layer's step is as large as its input: features in the thousands make one rate too large for them and too small for all else.

How it is detected
    What the first layer with weights is given, feature by feature (channel by channel for images), so that a model which scales its
    inputs itself is no concern, nor are embeddings. The size of a feature is the root mean square of its values other than 0. Pixels from 0
    to 1, one-hots and standardized values are fine, in whatever range; sizes over `large`, none over `small`, or sizes `apart` by more
    than that factor are not.

References
    LeCun et al., Efficient BackProp (1998).
    The guide, Problem 4, solution 1: check data preprocessing.
"""

import numpy as np

from advisor.evidence.sanity_facts import at_start, sanity_evidence
from advisor.finding import Finding
from advisor.statistics.curve_shape import CannotTell


def check(sanity_check, *, large=50.0, small=0.01, apart=500.0):
    largest, smallest = at_start(sanity_check, "largest_feature"), at_start(sanity_check, "smallest_feature")
    if np.isnan(largest):
        raise CannotTell("the first layer takes no features whose size matters, or none was seen")
    ratio = largest / max(smallest, 1e-300)
    if largest > large:
        message, value, limit = f"The largest feature was of size {largest:.3g}, the smallest {smallest:.3g}", largest, large
    elif largest < small:
        message, value, limit = f"No feature was larger than {largest:.3g}", largest, small
    elif ratio > apart:
        message, value, limit = f"The features' sizes lay a factor of {ratio:.3g} apart, from {smallest:.3g} to {largest:.3g}", ratio, apart
    else:
        return
    fact = "size of the largest feature over the smallest" if limit == apart else "size of the largest feature"
    yield Finding(f"{message}.", (sanity_evidence(sanity_check, "largest_feature", fact, value, limit),), confidence=0.85)


def features(largest, smallest, **more):
    facts = {"largest_feature": largest, "smallest_feature": smallest, **more}
    return dict(sanity_check={name: np.array([float(value)]) for name, value in facts.items()})


BAD = {
    "raw measurements": features(920.0, 0.004),
    "pixels to 255": features(140.0, 120.0),
    "all tiny": features(0.002, 0.0015),
    "from 0.001 to 5": features(5.0, 0.001),
    "a million": features(1e6, 1e6),
}
GOOD = {
    "standardized": features(1.5, 0.8),
    "pixels to 1": features(0.6, 0.3),
    "pixels to 16": features(11.0, 1.0),
    "counts and one-hots": features(30.0, 1.0),
    "features of norm 1": features(0.05, 0.04),
}
