"""Where a curve changed its course: the knee at which a fall became flat, and the jump of a level at a known step."""

from dataclasses import dataclass

import numpy as np

from advisor.scalar import Scalar
from advisor.statistics.curve_shape import Level, binned
from advisor.statistics.noise import noise

BEFORE, AFTER = 0.1, 0.04  # of the run: how much of each side of a step makes its level; what follows may pass quickly
FEWEST, MOST = 3, 40  # points of a side


@dataclass(frozen=True)
class Knee:
    """Where a broken line fits best.

    Attributes
    ----------
    step : int
    before, after : float
        The two slopes, in units of the loss a run.
    sigmas : float
        By how many standard errors it beats a straight line.
    """

    step: int
    before: float
    after: float
    sigmas: float


def knee(curve: Scalar) -> Knee | None:
    """The bend of the curve: two straight lines that meet, fitted to its medians; None where it has too few points.

    References
    ----------
    Muggeo, Estimating regression models with unknown break-points (2003). doi:10.1002/sim.1545
    """
    bins = binned(curve)
    if len(bins.steps) < 8:
        return None
    t = (bins.steps - bins.steps[0]) / max(np.ptp(bins.steps), 1)
    w = 1 / np.maximum(bins.error, 1e-9 * np.abs(bins.values).max() + 1e-300)
    straight, _ = _least_squares(np.stack([np.ones_like(t), t], 1), bins.values, w)
    bent = [_least_squares(np.stack([np.ones_like(t), t, np.maximum(t - at, 0)], 1), bins.values, w) for at in t[2:-2]]
    best = int(np.argmin([chi2 for chi2, _ in bent]))
    chi2, (_, slope, turn) = bent[best]
    spread = max(chi2 / max(len(t) - 4, 1), 1e-300)
    return Knee(int(bins.steps[best + 2]), float(slope), float(slope + turn), float(np.sqrt(max(straight - chi2, 0) / spread)))


def _least_squares(x: np.ndarray, y: np.ndarray, w: np.ndarray) -> tuple[float, np.ndarray]:
    found = np.linalg.lstsq(x * w[:, None], y * w, rcond=None)[0]
    return float((((y - x @ found) * w) ** 2).sum()), found


def levels_around(curve: Scalar, step: int) -> tuple[Level, Level] | None:
    """The level just before a step and from it on, in units of the loss; None where a side has fewer than three points."""
    s = curve.finite()
    last, next_ = (int(np.clip(share * len(s), FEWEST, MOST)) for share in (BEFORE, AFTER))
    before, after = s.values[s.steps < step][-last:], s.values[s.steps >= step][:next_]
    if min(len(before), len(after)) < FEWEST:
        return None
    sigma = max(noise(s.between(last=step - 1).values), 1e-12 * abs(float(np.median(before))))
    return tuple(Level(float(np.median(side)), 1.25 * sigma / np.sqrt(len(side))) for side in (before, after))  # type: ignore[return-value]
