"""Robust estimators: medians, the noise around a curve, trends by rank."""

import numpy as np

from advisor.scalar import Scalar

MAD = 1.4826  # makes the median absolute deviation of normal noise its standard deviation


def median(values: np.ndarray) -> float:
    """The median of finite values, several times as quick as numpy's on the few that a curve has."""
    middle = [(len(values) - 1) // 2, len(values) // 2]
    return float(np.partition(values, middle)[middle].sum() / 2)


def mad(values: np.ndarray) -> float:
    """Standard deviation, estimated so that up to half of the values may be wild."""
    return MAD * median(np.abs(values - median(values))) if len(values) else 0.0


def noise(values: np.ndarray) -> float:
    """Standard deviation of the noise around any smooth curve: from second differences, which a straight slope leaves at zero."""
    if len(values) < 4:
        return 0.0
    return mad(values[:-2] - 2 * values[1:-1] + values[2:]) / np.sqrt(6)


def medians(values: np.ndarray, group: np.ndarray, starts: np.ndarray, sizes: np.ndarray) -> np.ndarray:
    """The median of each group of neighbouring values, which begins at its `starts` and has its `sizes`."""
    ordered = values[np.lexsort((values, group))]
    return (ordered[starts + (sizes - 1) // 2] + ordered[starts + sizes // 2]) / 2


def smooth(curve: Scalar) -> Scalar:
    """Its finite points, each the median of itself and its neighbours: takes out single wild points and keeps turns where they are."""
    s = curve.finite()
    padded = np.concatenate([s.values[:1], s.values, s.values[-1:]])
    return Scalar(s.steps, np.median(np.stack([padded[:-2], s.values, padded[2:]]), axis=0), s.wall, s.tag) if len(s) else s


def rank_trend(values: np.ndarray) -> float:
    """Spearman's rank correlation with the order of the values: +1 always rises, -1 always falls, 0 does neither."""
    if len(values) < 3 or np.ptp(values) == 0:
        return 0.0
    _, which, count = np.unique(values, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(count) - (count - 1) / 2)[which]  # equal values share the middle of their ranks
    return float(np.corrcoef(ranks, np.arange(len(values)))[0, 1])
