"""Epochs that were printed rounded, so that several points stand at one: they are spread up to the next."""

from collections.abc import Mapping

import numpy as np

from advisor.reading.printed.points import Points
from advisor.reading.step_falls import STUB

PARTS = 1000  # of an epoch, as steps
PARTS_SAID = {PARTS: "thousandths"}
MOST_PARTS = 10**9
MANY = 10  # points in one epoch that are no examples in a text


def spread(epochs: np.ndarray) -> np.ndarray:
    """The epochs, shape (n,), each run of equal ones put evenly between itself and the one after it.

    Whole epochs stay: what is printed twice of one is a later word on it, or another rank's.
    """
    if not (epochs != np.floor(epochs)).any():
        return epochs
    starts = np.flatnonzero(np.append(True, np.diff(epochs) != 0))
    lengths = np.diff(np.append(starts, len(epochs)))
    if lengths.max() < 2:
        return epochs
    heads = epochs[starts]
    gaps = np.append(np.diff(heads), 0.0)
    unit = gaps[gaps > 0].min() if (gaps > 0).any() else heads[0] % 1 or 1.0
    share = np.where(gaps > 0, gaps, unit) / lengths
    within = np.arange(len(epochs)) - np.repeat(starts, lengths)
    return np.repeat(heads, lengths) + np.repeat(share, lengths) * within


def told_by_epochs(points: tuple[np.ndarray, np.ndarray, np.ndarray], last: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Of steps, values and times, shape (n,) each, those at epochs up to the `last`: what stands further on was counted in steps."""
    steps, values, times = points
    kept = steps <= last
    if kept.all():
        return points
    return steps[kept], values[kept], times[kept]


def counted_within(points: Mapping[str, Points], epochs: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """The points of each curve within the only epoch that was told, counted by the curve that has most.

    The epochs are of shape (n,) for each curve, in the order of its lines. A Trainer rounds the first hundreds of steps of a long epoch to
    0.0. Empty where several epochs were told, or too few points in one that is not the first.
    """
    told = {epoch for counts in epochs.values() for epoch in (counts.min(), counts.max())}
    if len(told) != 1:
        return {}
    lines = {tag: one.lines() for tag, one in points.items()}
    most = max((at for tag, at in lines.items() if tag != "epoch"), key=len, default=np.array([]))
    if len(most) < (MANY if told != {0.0} else STUB):
        return {}
    return {tag: (np.searchsorted(most, at, side="right") - 1.0).clip(0) for tag, at in lines.items()}


def below_headings(epochs: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """The epochs, shape (n,), of curves with many points in each whole one, which no line of theirs tells: spread evenly up to it.

    They are losses of batches below a heading, "Epoch 3", that counts nothing else.
    """
    found = {}
    for tag, counts in epochs.items():
        heads, lengths = np.unique(counts, return_counts=True)
        if len(heads) < 2 or np.median(lengths) < MANY or (counts % 1).any() or (np.diff(counts) < 0).any():
            continue
        within = np.arange(len(counts)) - np.repeat(np.cumsum(lengths) - lengths, lengths) + 1
        length = np.repeat(lengths, lengths)
        found[tag] = counts - np.minimum(np.repeat(np.diff(heads, prepend=heads[0] - 1), lengths), 1.0) * (length - within) / length
    return found


def parts_of(epochs: list[np.ndarray]) -> int:
    """Of how many parts of an epoch these, shape (n,) each, are counts that differ where they do."""
    apart = [np.abs(np.diff(one)) for one in epochs]
    least = min((float(one[one > 0].min()) for one in apart if (one > 0).any()), default=1.0)
    parts = PARTS
    while least * parts < 0.99 and parts < MOST_PARTS:
        parts *= 10
    return parts
