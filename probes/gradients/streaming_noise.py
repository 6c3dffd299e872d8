"""The gradient noise scale of a training as it goes, at no extra pass: from the parts that make up each step's gradient anyway.

Where a step's gradient is the mean over parts, minibatches that accumulate or the ranks of DDP, the squared norms of the parts and of
their mean give |G|² and tr(Σ) of that step, unbiased but noisy. Numerator and denominator are averaged over steps, each apart, with weights
that fade; the interval is Fieller's for the ratio of two means.

References
    McCandlish, Kaplan, Amodei et al., An Empirical Model of Large-Batch Training (2018), appendix A.1. arXiv:1812.06162
    Fieller, Some Problems in Interval Estimation (1954).
"""

import math
from typing import Any

import numpy as np

HALF_LIFE = 100.0  # steps
LEAST = 4.0  # steps, effectively, before there is an interval


class StreamingNoise:
    """tr(Σ)/|G|² in examples, over the last steps.

    Parameters
    ----------
    half_life
        Steps after which a step counts half.
    """

    def __init__(self, half_life: float = HALF_LIFE):
        self.decay = 0.5 ** (1 / half_life)
        self.weight = self.squared_weight = 0.0
        self.sums, self.products = np.zeros(2), np.zeros((2, 2))  # of (|G|², tr(Σ)), weighted
        self.waiting: tuple[Any, Any, float, int] | None = None

    def add(self, small_sq: Any, big_sq: Any, size: float, count: int) -> None:
        """One step: the mean squared norm of its `count` parts of `size` examples, and the squared norm of the parts' mean.

        Both may be in any unit, such as a loss's scale. Numbers, or tensors of one, which are read at the next step so that no device is
        waited for. A step of one part, or of one that overflowed, tells nothing. Where parts differ, `size` is their harmonic mean.
        """
        self.settle()
        self.waiting = (small_sq, big_sq, size, count)

    def settle(self) -> None:
        """Count the step that waits."""
        waiting, self.waiting = self.waiting, None
        if waiting is None or waiting[3] < 2:
            return
        small_sq, big_sq, size, count = float(waiting[0]), float(waiting[1]), waiting[2], waiting[3]
        trace = (small_sq - big_sq) / (1 / size - 1 / (size * count))
        step = np.array([big_sq - trace / (size * count), trace])
        if not np.isfinite(step).all():
            return
        self.weight, self.squared_weight = self.decay * self.weight + 1, self.decay**2 * self.squared_weight + 1
        self.sums, self.products = self.decay * self.sums + step, self.decay * self.products + np.outer(step, step)

    @property
    def noise_scale(self) -> float:
        """In examples; infinite where |G|² cannot be told from zero, NaN before the first step."""
        return self.estimate()[0]

    def estimate(self, level: float = 0.9) -> tuple[float, float, float]:
        """The noise scale and its interval; (0, inf) where it is unknown, (low, inf) where only "at least" can be said."""
        self.settle()
        if not self.weight:
            return math.nan, 0.0, math.inf
        means, share = self.sums / self.weight, self.squared_weight / self.weight**2  # 1 / share: steps, effectively
        value = reciprocal(means[0] / means[1]) if means[1] > 0 else math.nan
        if 1 / share < LEAST:
            return value, 0.0, math.inf
        error = (self.products / self.weight - np.outer(means, means)) * share / (1 - share)
        return value, *fieller(means, error, 1 / share - 1, level)


def fieller(means, error, freedom: float, level: float) -> tuple[float, float]:
    """Low and high of means[1] / means[0] at this confidence level, after Fieller (1954); (0, inf) where it is unknown.

    `means`, shape (2,), are |G|² and tr(Σ), `error`, shape (2, 2), is the covariance of the two and `freedom` its degrees of freedom.
    """
    from scipy.special import stdtrit

    reach = stdtrit(freedom, (1 + level) / 2) ** 2
    square, constant = means[1] ** 2 - reach * error[1, 1], means[0] ** 2 - reach * error[0, 0]
    linear = means[0] * means[1] - reach * error[0, 1]
    root = linear**2 - square * constant
    if square <= 0 or root < 0 or means[1] <= 0:  # not even tr(Σ) can be told from zero
        return 0.0, math.inf
    return reciprocal((linear + math.sqrt(root)) / square), reciprocal((linear - math.sqrt(root)) / square)


def reciprocal(value: float) -> float:
    """1 / value; infinite where that is not above 0, NaN too."""
    return 1 / value if value > 0 else math.inf
