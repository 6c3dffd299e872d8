"""Gradient noise scale: the batch size at which a minibatch's gradient is as much noise as direction.

What it means
    Well below it, doubling the batch almost halves the number of steps; well above it, doubling the batch only doubles the work. It
    says the order of magnitude of the critical batch size, and it grows as training goes on.

How it is detected
    At frozen weights and within one epoch, the squared norm of a micro-batch's gradient is compared with that of all of them
    pooled: both are |G|² + tr(Σ)/B on average, with different B. The noise scale is tr(Σ)/|G|². Its 90 % interval is a jackknife
    over groups of micro-batches on 1/B; where |G|² cannot be told from zero the answer is one-sided, "at least".

What to change
    Choose a batch size between the noise scale and what the hardware handles at no extra time per step.

References
    McCandlish, Kaplan, Amodei et al., An Empirical Model of Large-Batch Training (2018). arXiv:1812.06162
"""

import contextlib

import numpy as np

from advisor.errors import AdvisorError
from advisor.finding import Evidence
from probes.outcome import note


def measure(training, *, lr=None, steps=0, count=32, groups=8, microbatch=32):
    """A row: the noise scale from `count` micro-batches of at most `microbatch` examples, after `steps` optimizer steps at `lr`."""
    if lr is not None:
        training.lr = lr
    for _ in range(steps):
        training.step()
    size = max(min(training.batch_size, 2), min(microbatch, training.examples // count))
    training.accumulation_steps = 1
    with contextlib.suppress(AdvisorError):  # a script may have minibatches of its own
        training.batch_size = size  # begins an epoch: no example is drawn twice
    size = training.batch_size
    count = min(count, training.examples // size)
    seen = training.gradient_moments(count, min(groups, count))
    yield {"trained": steps, **estimate(np.array(seen.squares), np.array(seen.products), size, seen.parts)}


def estimate(squares: np.ndarray, products: np.ndarray, size: int, parts: int = 1) -> dict[str, float]:
    """The pooled estimate and its interval, from micro-batches of this size.

    `squares`, shape (count,), are their squared norms; `products`, shape (groups, groups), the inner products of the sums over the groups
    they were dealt into in turn. Where a micro-batch came in `parts`, see `probes/training.py`, the squared norms are those of a part.
    """
    size = size // parts
    count, groups = len(squares), len(products)
    whole = inverse(squares.mean(), products.sum() / count**2, size, count * parts)
    without = []
    for g in range(groups if count > groups >= 2 else 0):
        kept = np.arange(count) % groups != g
        big_sq = np.delete(np.delete(products, g, 0), g, 1).sum() / kept.sum() ** 2
        without.append(inverse(squares[kept].mean(), big_sq, size, int(kept.sum()) * parts))
    low, high = interval(whole, np.array(without))
    rows = {"microbatch": size, "count": count, "small_sq": squares.mean(), "big_sq": products.sum() / count**2}
    return {**rows, "noise_scale": reciprocal(whole), "low": low, "high": high}


def inverse(small_sq: float, big_sq: float, size: int, count: int) -> float:
    """|G|² / tr(Σ), both unbiased for draws without replacement; NaN where there is no noise to divide by."""
    trace = (small_sq - big_sq) / (1 / size - 1 / (size * count)) if count > 1 else np.nan
    return (big_sq - trace / (size * count)) / trace if trace > 0 else np.nan


def interval(whole: float, without: np.ndarray) -> tuple[float, float]:
    """The 90 % jackknife interval of the noise scale, from 1/B of everything and of everything but each group."""
    from scipy.special import stdtrit

    groups = len(without)
    if groups < 2 or not np.isfinite(without).all():
        return 0.0, np.inf
    error = np.sqrt((groups - 1) / groups * ((without - without.mean()) ** 2).sum())
    reach = stdtrit(groups - 1, 0.95) * error  # Student's t
    return reciprocal(whole + reach), reciprocal(whole - reach)


def reciprocal(value: float) -> float:
    return 1 / value if value > 0 else np.nan if np.isnan(value) else np.inf


def latest(gradient_noise_scale):
    """(trained, noise scale, low, high) of each time it was measured, from the row with the most micro-batches."""
    table = gradient_noise_scale
    for trained in np.unique(table.trained):
        row = np.flatnonzero(table.trained == trained)[-1]
        yield int(trained), float(table.noise_scale[row]), float(table.low[row]), float(table.high[row])


def in_words(value: float, low: float, high: float) -> str:
    """The noise scale as a person may rely on it."""
    if not np.isfinite(low) or low <= 0:
        return "could not be told from noise"
    told = [f"{number:,.0f}" if number >= 9.95 else f"{number:.2g}" for number in (value, low, high)]
    return "was {} ({} to {})".format(*told) if np.isfinite(high) else f"was at least {told[1]}"


def check(gradient_noise_scale):
    for trained, value, low, high in latest(gradient_noise_scale):
        row = int(np.flatnonzero(gradient_noise_scale.trained == trained)[-1])
        when = f"after {trained} steps" if trained else "at the start"
        fact = Evidence("gradient_noise_scale/noise_scale", row, row, "tr(Σ)/|G|² in examples", value)
        yield note(f"The gradient noise scale {when} {in_words(value, low, high)}.", fact)
