"""Robust estimators: medians, the noise around a curve, trends by rank."""

import numpy as np

from advisor.scalar import Scalar

MAD = 1.4826  # makes the median absolute deviation of normal noise its standard deviation
MANY = 1_000_000  # values in all windows together: from there on pandas, which moves one window along, is worth its loading


def median(values: np.ndarray) -> float:
    """The median of finite values, shape (n,), at least one; several times as quick as numpy's on the few that a curve has."""
    middle = [(len(values) - 1) // 2, len(values) // 2]
    return float(np.partition(values, middle)[middle].sum() / 2)


def mad(values: np.ndarray) -> float:
    """Standard deviation of values, shape (n,), in their units, by their median absolute deviation: up to half of them may be wild.

    It is 0 of no values, and where more than half of them are equal.

    References
    ----------
    Rousseeuw and Croux, Alternatives to the Median Absolute Deviation (1993). doi:10.1080/01621459.1993.10476408
    """
    return MAD * median(np.abs(values - median(values))) if len(values) else 0.0


def noise(values: np.ndarray) -> float:
    """Standard deviation of the noise around any smooth curve: from second differences, which a straight slope leaves at zero.

    `values`, shape (n,), are taken as equally far apart, with independent noise: a second difference has six times its variance. In units
    of the loss; 0 of fewer than four values. The differences are those of Gasser, Sroka and Jennen-Steinmetz, but their size is told by
    `mad`, so that single spikes do not count.

    References
    ----------
    Gasser, Sroka and Jennen-Steinmetz, Residual variance and residual pattern in nonlinear regression (1986). doi:10.1093/biomet/73.3.625
    """
    if len(values) < 4:
        return 0.0
    return mad(values[:-2] - 2 * values[1:-1] + values[2:]) / np.sqrt(6)


def medians(values: np.ndarray, group: np.ndarray, starts: np.ndarray, sizes: np.ndarray) -> np.ndarray:
    """The median of each group of neighbouring values, shape (groups,), in their units.

    `values` and `group`, the number of each one's group, have shape (n,); `starts` and `sizes`, where each group begins in them and how
    many values it has, shape (groups,).
    """
    ordered = values[np.lexsort((values, group))]
    return (ordered[starts + (sizes - 1) // 2] + ordered[starts + sizes // 2]) / 2


def smooth(curve: Scalar, wide: int = 3) -> Scalar:
    """Its finite points, each the median of itself and its neighbours: takes out single wild points and keeps turns where they are.

    `wide`, an odd number, counts all of them. At both ends the curve is taken to go on as in a mirror; so of three the first and the last
    point stay as they are.

    References
    ----------
    Tukey, Exploratory Data Analysis (1977), chapter 7: running medians of three.
    """
    s = curve.finite()
    if not len(s):
        return s
    padded = np.pad(s.values, wide // 2, mode="symmetric")
    if wide * len(s) > MANY and wide > 3:
        import pandas as pd

        return Scalar(s.steps, pd.Series(padded).rolling(wide).median().to_numpy()[wide - 1 :], s.wall, s.tag)
    return Scalar(s.steps, np.median(np.lib.stride_tricks.sliding_window_view(padded, wide), axis=1), s.wall, s.tag)


def rank_trend(values: np.ndarray) -> float:
    """Spearman's rank correlation of values, shape (n,), with their order: +1 always rises, -1 always falls, 0 does neither.

    Equal values share the middle of their ranks. It is 0 of fewer than three values, and where all are equal.

    References
    ----------
    Spearman, The Proof and Measurement of Association between Two Things (1904). doi:10.2307/1412159
    """
    if len(values) < 3 or np.ptp(values) == 0:
        return 0.0
    _, which, count = np.unique(values, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(count) - (count - 1) / 2)[which]  # equal values share the middle of their ranks
    return float(np.corrcoef(ranks, np.arange(len(values)))[0, 1])


def typical_spacing(steps: np.ndarray) -> int:
    """How many steps lie between one point and the next, of steps of shape (n,): the median where they rise, and 1 where none does."""
    apart = np.diff(steps)
    return max(1, int(np.median(apart[apart > 0]))) if (apart > 0).any() else 1
