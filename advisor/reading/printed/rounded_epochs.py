"""Epochs that were printed rounded, so that several points stand at one: they are spread up to the next."""

from collections.abc import Mapping

import numpy as np

from advisor.reading.step_falls import STUB

PARTS = 1000  # of an epoch, as steps
MOST_PARTS = 10**9


def spread(epochs: np.ndarray) -> np.ndarray:
    """The epochs, shape (n,), each run of equal ones put evenly between itself and the one after it.

    Whole epochs stay: what is printed twice of one is a later word on it, or another rank's.
    """
    starts = np.flatnonzero(np.append(True, np.diff(epochs) != 0))
    lengths = np.diff(np.append(starts, len(epochs)))
    if not len(epochs) or lengths.max() < 2 or not (epochs % 1).any():
        return epochs
    heads = epochs[starts]
    gaps = np.append(np.diff(heads), 0.0)
    unit = gaps[gaps > 0].min() if (gaps > 0).any() else heads[0] % 1 or 1.0
    share = np.where(gaps > 0, gaps, unit) / lengths
    within = np.arange(len(epochs)) - np.repeat(starts, lengths)
    return np.repeat(heads, lengths) + np.repeat(share, lengths) * within


def counted_within(lines: Mapping[str, np.ndarray], epochs: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """The points of each curve within the only epoch that was told, counted by the curve that has most; empty where there were several.

    Both are of shape (n,) for each curve, in the order of the lines. A Trainer rounds the first hundreds of steps of a long epoch to 0.0.
    """
    most = max(lines.values(), key=len, default=np.array([]))
    if len(most) < STUB or len({epoch for counts in epochs.values() for epoch in (counts.min(), counts.max())}) != 1:
        return {}
    return {tag: (np.searchsorted(most, at, side="right") - 1.0).clip(0) for tag, at in lines.items()}


def parts_of(epochs: list[np.ndarray]) -> int:
    """Of how many parts of an epoch these, shape (n,) each, are counts that differ where they do."""
    apart = [np.abs(np.diff(one)) for one in epochs]
    least = min((float(one[one > 0].min()) for one in apart if (one > 0).any()), default=1.0)
    parts = PARTS
    while least * parts < 0.99 and parts < MOST_PARTS:
        parts *= 10
    return parts
