"""How much more would training longer give? A loss curve continued, with an interval.

Loss curves of deep networks fall as power laws towards a floor, small ones as exponentials. Both families are fitted to the run's own
medians, every member is believed as far as it fits, and the interval holds what the believed ones say: wide where the curve does not tell.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from advisor.scalar import Scalar
from advisor.statistics.curve_shape import binned, enough

SETTLING = 0.1  # of the run: the first steps follow no law
POWERS, SHIFTS = (grid.ravel() for grid in np.meshgrid(np.geomspace(0.05, 4, 60), (0.0, 0.02, 0.1)))  # of (time + shift) ** -power
RATES = np.geomspace(0.3, 30, 150)  # decays of an exponential over one run
LOW, HIGH = 0.1, 0.9  # quantiles of the interval
POINTS = 20


@dataclass(frozen=True)
class Forecast:
    """What the loss would be after `times` the steps of this run, and its `gain`: how far it would fall, as a share of where it ends.

    `low` and `high` hold four fifths of what the fits believe of that gain.
    """

    times: float
    loss: float
    gain: float
    low: float
    high: float


def forecast(curve: Scalar, times: float = 2.0) -> Forecast:
    """The curve continued to `times` its steps.

    Raises
    ------
    CannotTell
        It has fewer than POINTS finite points.

    References
    ----------
    Hestness et al., Deep Learning Scaling is Predictable, Empirically (2017). arXiv:1712.00409
    """
    laws = _fitted(enough(curve, POINTS))
    x = laws.basis(times)
    then, now = laws.floor + laws.height * x, laws.floor + laws.height * laws.basis(1.0)
    scale = np.maximum(np.abs(now), 1e-300)
    gain = (now - then) / scale
    spread = laws.error * np.sqrt(1 + times) / scale  # the floor is less certain the further away it is
    order = np.argsort(gain)
    share = np.cumsum(laws.belief[order]) - laws.belief[order] / 2
    low, middle, high = np.interp((LOW, 0.5, HIGH), share, gain[order])
    wide = float(1.28 * laws.belief @ spread)
    most = 1.0 if (curve.finite().values >= 0).all() else np.inf  # what was never negative can lose all of itself, and no more
    ends = (min(most, max(0.0, float(low) - wide)), min(most, float(high) + wide))
    return Forecast(times, float(laws.belief @ then), min(most, float(middle)), *ends)


def enough_steps(curve: Scalar, negligible: float = 0.03, most: float = 8.0) -> float:
    """How many times the steps of this run the loss needs until as many again would lower it by less than `negligible` of itself.

    From 1 to `most`, which also stands for more.

    Raises
    ------
    CannotTell
        The curve has fewer than POINTS finite points.
    """
    for times in np.geomspace(1, most, 13):
        once, twice = forecast(curve, float(times)), forecast(curve, float(2 * times))
        if once.loss - twice.loss < negligible * abs(once.loss):
            return float(times)
    return most


@dataclass(frozen=True, eq=False)
class _Laws:
    """Fits of floor + height * basis(time), one entry a member of the families, and how far each is believed."""

    floor: np.ndarray
    height: np.ndarray
    error: np.ndarray
    belief: np.ndarray

    @staticmethod
    def basis(times: float) -> np.ndarray:
        return np.concatenate([(times + SHIFTS) ** -POWERS, np.exp(-RATES * times)])


@lru_cache(maxsize=64)
def _fitted(curve: Scalar) -> _Laws:
    bins = binned(curve)
    t = (bins.steps - curve.steps[0]) / max(np.ptp(curve.steps), 1)
    late = t > SETTLING
    t, y, sigma = t[late], bins.values[late], np.maximum(bins.error[late], 1e-9 * np.abs(bins.values).max() + 1e-300)
    phi = np.concatenate([(t[None] + SHIFTS[:, None]) ** -POWERS[:, None], np.exp(-RATES[:, None] * t[None])])
    w = 1 / sigma**2
    mean_phi, mean_y = phi @ w / w.sum(), float(y @ w / w.sum())
    centred = phi - mean_phi[:, None]
    height = np.maximum((centred * (y - mean_y)) @ w / np.maximum(centred**2 @ w, 1e-300), 0)  # a law of this kind never rises
    floor = mean_y - height * mean_phi
    chi2 = ((y - floor[:, None] - height[:, None] * phi) ** 2) @ w
    excess = max(1.0, float(chi2.min()) / max(len(y) - 3, 1))  # medians of a real curve wander by more than their noise
    belief = np.exp(-(chi2 - chi2.min()) / (2 * excess))
    return _Laws(floor, height, np.full(len(phi), np.sqrt(excess / w.sum())), belief / belief.sum())
