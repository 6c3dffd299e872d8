"""Memorising: whether a training's gradient has come to tell its own examples apart more than what they have in common.

What it means
    Once the gradient noise scale nears the number of examples, the gradient of all of them together is largely noise, and going further
    fits these examples and no others. The best learning rate of a longer training is then the one that goes no further: lr × steps stays
    the same. While the noise scale is far below, the best rate falls slowly with length.

How it is detected
    At the end of a short training, tr(Σ) and |G|² from minibatches of one epoch, as for the noise scale; where the rate is still high
    there, after a few steps in which it falls to nothing, for the gradient of weights that are thrown about says little of what is left
    to learn.

References
    McCandlish, Kaplan, Amodei et al., An Empirical Model of Large-Batch Training (2018). arXiv:1812.06162
    tests/bench/learning_rate.py: tasks whose drifts of the best rate from some fifty to 2,400 steps this ratio tells apart.
"""

import math

import numpy as np

from probes.gradient_noise_scale import trace_and_square

LEAST = 4  # minibatches, below which nothing is told
NOT_MEASURED = {"trace": math.nan, "square": math.nan, "aside": 0}


def measure(training, count: int, cooling: int = 0) -> dict[str, float]:
    """`trace` and `square` from up to `count` minibatches, after `cooling` steps; both NaN where there are too few.

    `aside` is what it took, steps and gradients.
    """
    count = min(count, training.examples // training.batch_size)
    if count < LEAST:
        return dict(NOT_MEASURED)
    rate = training.lr
    for step in range(cooling):
        training.lr = rate * (1 - (step + 0.5) / cooling)
        training.step()
    training.batch_size = training.batch_size  # begins an epoch: no example is drawn twice
    seen = training.gradient_moments(count, 1)
    big_sq, size = np.sum(seen.products) / count**2, training.batch_size // seen.parts
    trace, square = trace_and_square(float(np.mean(seen.squares)), float(big_sq), size, count * seen.parts)
    return {"trace": trace, "square": square, "aside": count + cooling}


def share(rows) -> float | None:
    """Noise scale over examples, pooled over the rows it was measured in; infinite where the noise drowns all else, None if in no row."""
    measured = [row for row in rows if math.isfinite(row["trace"])]
    if not measured:
        return None
    trace, square = (sum(row[name] for row in measured) for name in ("trace", "square"))
    return trace / square / measured[0]["examples"] if square > 0 else math.inf
