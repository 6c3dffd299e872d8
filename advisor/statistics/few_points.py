"""What a curve of a handful of points shows without a trend: whether it stood still, creeps as steadily as it began, or got stuck."""

import numpy as np

from advisor.scalar import Scalar
from advisor.statistics.curve_shape import ENOUGH

LEAST = 4  # points
STEADY = 0.5  # of the mean fall: a last one that is as large has not settled
STUCK = 0.8  # of the second point: an end no lower made no progress after the first
MUCH, NEAR = 0.2, 0.1  # of the first; of the first, and of the fall
THROWN, DOWN = 1_000.0, 0.3  # times the median: a point so high was thrown up; an end no lower went on no further


def few(curve: Scalar | None) -> np.ndarray | None:
    """The values of a curve of LEAST to ENOUGH - 1 points that are all finite, shape (n,), in units of the loss; else None."""
    if curve is None or not LEAST <= len(curve) < ENOUGH or not np.isfinite(curve.values).all():
        return None
    return curve.values


def fell(values: np.ndarray) -> float:
    """What the last point lies below the first, as a share of that."""
    return float((values[0] - values[-1]) / max(abs(float(values[0])), 1e-300))


def stood_still(values: np.ndarray, within: float) -> bool:
    """Whether all points lie within this share of the first."""
    return bool(np.ptp(values) <= within * abs(values[0]))


def creeps(values: np.ndarray) -> bool:
    """Whether each point is lower than the one before, and the last fall has not slackened."""
    falls = -np.diff(values)
    return bool((falls > 0).all() and falls[-1] >= STEADY * falls.mean())


def quickens(values: np.ndarray) -> bool:
    """Whether each point is lower than the one before, and the last fall is the largest: the fall has only begun."""
    falls = -np.diff(values)
    return bool((falls > 0).all() and falls[-1] >= falls.max())


def stuck(values: np.ndarray) -> bool:
    """Whether the loss made no progress after its first point, and did not end at nothing."""
    return bool(min(values[1:3]) > 0 and np.median(values[-2:]) >= STUCK * values[1])


def thrown(values: np.ndarray) -> bool:
    """Whether the loss was thrown up far above where it mostly stood, and has not come much further down since."""
    typical = abs(float(np.median(values)))
    return bool(values.max() >= THROWN * typical > 0 and values[-1] >= DOWN * typical)


def plainly_fell(curve: Scalar | None) -> bool:
    """Whether a handful of points fell by much, never rose above the first, and ended nearly as low as they ever were."""
    values = few(curve)
    if values is None or fell(values) < MUCH:
        return False
    low, high = float(values.min()), float(values.max())
    return bool(high <= (1 + NEAR) * values[0] and values[-1] <= low + NEAR * (values[0] - low))
