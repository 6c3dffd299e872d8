"""Memorising: whether a training's gradient has come to tell its own examples apart more than what they have in common.

What it means
    Once the gradient noise scale nears the number of examples, the gradient of all of them together is largely noise, and going further
    fits these examples and no others. The best learning rate of a longer training is then the one that goes no further: lr × steps stays
    the same. While the noise scale is far below, the best rate falls slowly with length.

How it is detected
    At the end of a short training, without further steps: tr(Σ) and |G|² from minibatches of one epoch, as for the noise scale.

References
    McCandlish, Kaplan, Amodei et al., An Empirical Model of Large-Batch Training (2018). arXiv:1812.06162
    tests/bench/learning_rate.py: sixteen tasks, most of whose drifts of the best rate from 40 to 2,400 steps this ratio tells apart.
"""

import math

import numpy as np

from probes.gradient_noise_scale import trace_and_square

LEAST = 4  # minibatches, below which nothing is told
NOT_MEASURED = {"trace": math.nan, "square": math.nan, "gradients": 0}


def measure(training, count: int) -> dict[str, float]:
    """`trace` and `square`, from the `gradients` of up to `count` minibatches at the training's weights; NaN where those are too few."""
    training.batch_size = training.batch_size  # begins an epoch: no example is drawn twice
    size, count = training.batch_size, min(count, training.examples // training.batch_size)
    if count < LEAST:
        return dict(NOT_MEASURED)
    seen = training.gradient_moments(count, 1)
    big_sq, size = np.sum(seen.products) / count**2, size // seen.parts
    trace, square = trace_and_square(float(np.mean(seen.squares)), float(big_sq), size, count * seen.parts)
    return {"trace": trace, "square": square, "gradients": count}


def share(rows) -> float | None:
    """Noise scale over examples, pooled over the rows it was measured in; infinite where the noise drowns all else, None if in no row."""
    measured = [row for row in rows if math.isfinite(row["trace"])]
    if not measured:
        return None
    trace, square = (sum(row[name] for row in measured) for name in ("trace", "square"))
    return trace / square / measured[0]["examples"] if square > 0 else math.inf
