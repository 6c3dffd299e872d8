"""Epochs that were printed rounded, so that several points stand at one: they are spread up to the next."""

import numpy as np

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


def parts_of(epochs: list[np.ndarray]) -> int:
    """Of how many parts of an epoch these, shape (n,) each, are counts that differ where they do."""
    apart = [np.abs(np.diff(one)) for one in epochs]
    least = min((float(one[one > 0].min()) for one in apart if (one > 0).any()), default=1.0)
    parts = PARTS
    while least * parts < 0.99 and parts < MOST_PARTS:
        parts *= 10
    return parts
