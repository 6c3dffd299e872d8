"""Counts that fall back: a training that began again, a counter that begins anew, or points that came out of order."""

from collections.abc import Collection, Iterable, Mapping, Sequence

import numpy as np

from advisor.scalar import FARTHEST
from advisor.statistics.noise import typical_spacing

STUB = 3  # points; fewer do not make a training, and steps that fall back oftener are merely out of order
FEW = 5  # points at most at each end of a lap by which its values are known


def falls(counts: np.ndarray, last: float = -np.inf) -> np.ndarray:
    """The places, shape (k,), where a count of shape (n,) is lower than before; `last` is what came before the first."""
    found = np.flatnonzero(counts[1:] < counts[:-1]) + 1
    return np.append(0, found) if len(counts) and counts[0] < last else found


def out_of_order(sessions: int, points: int) -> bool:
    """Whether so many sessions are too many for the points there are: then they were merely logged out of order."""
    return sessions * STUB > points


def goes_on(laps: Iterable[np.ndarray]) -> int:
    """Laps that begin with the values the lap before ended with, less those that begin as the lap before began; flat ones do not count.

    Each lap is the values of one curve between two falls of its steps, shape (n,), as they were logged; NaN and infinity are passed over.
    """
    score, before = 0, None
    for lap in laps:
        values = lap[np.isfinite(lap)]
        if before is not None and len(values):
            start, end, noise = before
            now = float(np.median(values[: _few(values)]))
            if abs(start - end) > 2 * noise:
                score += 1 if abs(now - end) < abs(now - start) else -1
        if len(values):
            n = _few(values)
            swing = float(np.median(np.abs(np.diff(values)))) if len(values) > 1 else 0.0
            before = float(np.median(values[:n])), float(np.median(values[-n:])), swing
    return score


def _few(values: np.ndarray) -> int:
    return max(1, min(FEW, len(values) // 10))


def unrolled(laps: Sequence[np.ndarray]) -> np.ndarray:
    """The steps of laps that follow one another, each of shape (n,), counted on from lap to lap."""
    base, steps, lowest = 0, [], min(int(lap.min()) for lap in laps)
    for lap in laps:
        steps.append(lap + base)
        base = min(int(steps[-1].max()) + typical_spacing(lap) - lowest, FARTHEST)
    return np.concatenate(steps)


def restarts(steps: np.ndarray) -> np.ndarray:
    """The places, shape (k,), from which on steps of shape (n,) were counted again from an earlier one."""
    starts = falls(steps)
    if not len(starts) or out_of_order(len(starts), len(steps)):
        return starts[:0]
    lengths = np.diff([*starts, len(steps)])
    return starts[(lengths >= STUB) | (steps[starts] > steps[0])]


def counted_on(curves: Mapping[str, tuple[np.ndarray, np.ndarray]], objectives: Collection[str]) -> dict[str, np.ndarray]:
    """The steps of all curves, counted on, where a counter went back to its first step while the training went on; else nothing.

    A curve is its steps and its values, each of shape (n,), as they were logged. Losses and scores, the `objectives`, tell: they go on with
    the values that they had before the counter went back, and do not begin again with those of the start.
    """
    starts = {tag: restarts(steps) for tag, (steps, _) in curves.items()}
    if not any(map(len, starts.values())) or any((steps[starts[tag]] > steps[0]).any() for tag, (steps, _) in curves.items()):
        return {}
    if sum(goes_on(np.split(curves[tag][1], starts[tag])) for tag in objectives) <= 0:
        return {}
    return {tag: unrolled(np.split(steps, starts[tag])) for tag, (steps, _) in curves.items()}
