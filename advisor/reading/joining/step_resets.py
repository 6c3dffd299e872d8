"""A file in which steps fall back: training began again inside it, or a counter begins anew with each epoch."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from advisor.reading.log import Log
from advisor.reading.step_falls import STUB, falls, goes_on, out_of_order, unrolled
from advisor.scalar import Histogram, Scalar, scalar
from advisor.signals.tags import meaning
from advisor.wording import first_few

SLACK = 1.0  # seconds by which points of several threads may stand in another order
NAMED = 3


@dataclass(frozen=True)
class Segments:
    """One curve in the order of its file, and where its steps fell back.

    `falls[k]`, of shape (laps - 1,), is the place of the first point of lap k + 1.
    """

    curve: Scalar
    falls: np.ndarray

    def __iter__(self) -> Iterator[Scalar]:
        ends = [0, *self.falls.tolist(), len(self.curve)]
        return (self.curve[a:b] for a, b in pairwise(ends))


def split_sessions(log: Log) -> tuple[list[Log], list[str]]:
    """The sessions one file holds, in their order, and a sentence where its steps were counted on instead."""
    laps = {tag: found for tag, curve in log.scalars.items() if curve.order is not None and len((found := segments_of(curve)).falls)}
    if not laps:
        return [log], []
    if _count_anew(laps.values(), log):
        unrolled = {tag: _unrolled(found) for tag, found in laps.items()}
        times = max(len(found.falls) for found in laps.values())
        note = f"{log.path.name} counts the steps of {first_few(laps, NAMED)} anew in each epoch ({times + 1} times)"
        return [replace(log, scalars={**log.scalars, **unrolled})], [f"{note}: they were put one after the other"]
    *earlier, last = _cut_by_time(log, laps) if _has_clock(laps.values()) else _cut_by_segments(log, laps)
    return [*(replace(session, lines=()) for session in earlier), last], []  # what failed ended the last


def segments_of(curve: Scalar) -> Segments:
    """The laps of a curve; points that merely came out of order make none."""
    filed = _filed(curve)
    steps = filed.steps
    back = falls(steps)
    if out_of_order(len(back) + 1, len(steps)):
        return Segments(filed, back[:0])
    fresh = np.concatenate([[True], steps[1:] > np.maximum.accumulate(steps)[:-1]])  # a step never reached before
    ends = np.union1d(back, np.append(np.flatnonzero(fresh), len(steps)))
    lengths = ends[np.searchsorted(ends, back, side="right")] - back
    _, firsts, at = np.unique(steps, return_index=True, return_inverse=True)
    return Segments(filed, back[(lengths >= STUB) | (firsts[at[back]] < back)])


def _count_anew(laps: Collection[Segments], log: Log) -> bool:
    """Whether every fall goes back to the first step while the training goes on: its values do, or another curve counts on meanwhile."""
    if any((found.curve.steps[found.falls] > found.curve.steps.min()).any() for found in laps):
        return False
    lasts = [[int(lap.steps.max()) for lap in found] for found in laps]
    alike = all(len(set(last[:-1])) == 1 and last[-1] <= last[0] for last in lasts)
    beside = max((len(curve) for curve in log.scalars.values() if curve.order is None), default=0)
    counted_on = beside >= 2 and beside >= max(map(len, lasts)) - 1
    objectives = [found for found in laps if (said := meaning(found.curve.tag)) and said.quantity in ("loss", "accuracy")]
    score = sum(goes_on(lap.values for lap in found) for found in objectives or laps)
    return (score > 0 and (alike or counted_on)) or (score == 0 and alike and counted_on)


def _unrolled(laps: Segments) -> Scalar:
    return scalar(unrolled([lap.steps for lap in laps]), laps.curve.values, laps.curve.wall, laps.curve.tag)


def _has_clock(laps: Iterable[Segments]) -> bool:
    """Whether the times of points tell on which side of each fall they were logged: they are there, differ at it and are never set back."""
    curves = [(found.curve.wall, np.array(found.falls, int)) for found in laps]
    even = all(np.isfinite(wall).all() and (np.maximum.accumulate(wall) - wall < SLACK).all() for wall, _ in curves)
    return even and all((wall[falls] > wall[falls - 1]).all() for wall, falls in curves)


def _cut_by_time(log: Log, laps: dict[str, Segments]) -> list[Log]:
    """Sessions begin where steps fell back; falls of several curves in one moment are one beginning."""
    gaps = sorted((found.curve.wall[at], found.curve.wall[at - 1]) for found in laps.values() for at in found.falls)
    moments: list[tuple[float, float]] = []
    for after, before in gaps:
        if not moments or before >= moments[-1][1]:
            moments.append((before, after))
        else:
            moments[-1] = max(before, moments[-1][0]), moments[-1][1]
    wall = np.sort(np.concatenate([curve.wall for curve in log.scalars.values()]))
    ends = [-np.inf, *(_pause(wall[(wall >= before) & (wall <= after)]) for before, after in moments), np.inf]
    return [_between(log, a, b) for a, b in pairwise(ends)]


def _pause(wall: np.ndarray) -> float:
    """The end of the longest time in which nothing was logged."""
    return float(wall[1 + np.argmax(np.diff(wall))])


def _between(log: Log, began: float, ended: float) -> Log:
    """What was logged from one time until before another."""
    scalars = {tag: _filed(curve) for tag, curve in log.scalars.items()}
    scalars = {tag: c[_within(c.wall, began, ended)] for tag, c in scalars.items()}
    histograms = {tag: h[_within(h.wall, began, ended)] for tag, h in log.histograms.items()}
    piece = _session(log, scalars, {tag: h for tag, h in histograms.items() if len(h)})
    return piece if began == -np.inf else replace(piece, started=began, purged_from=None)


def _within(wall: np.ndarray, began: float, ended: float) -> np.ndarray:
    return ~(wall >= ended) & ((wall >= began) | (began == -np.inf))


def _cut_by_segments(log: Log, laps: dict[str, Segments]) -> list[Log]:
    """Where there is no clock: the last laps of all curves go together, the laps before these, and so on."""
    sessions: list[dict[str, Scalar]] = [{} for _ in range(max(len([*found]) for found in laps.values()))]
    for tag, curve in log.scalars.items():
        own = [*laps[tag]] if tag in laps else [curve]
        for lap, session in zip(reversed(own), reversed(sessions), strict=False):
            session[tag] = lap
    *before, last = sessions
    return [*(_session(log, scalars, {}) for scalars in before), _session(log, last, log.histograms)]


def _session(log: Log, scalars: dict[str, Scalar], histograms: Mapping[str, Histogram]) -> Log:
    return replace(log, scalars={t: scalar(c.steps, c.values, c.wall, t) for t, c in scalars.items() if len(c)}, histograms=histograms)


def _filed(curve: Scalar) -> Scalar:
    """The points in the order of their file."""
    return curve if curve.order is None else replace(curve[np.argsort(curve.order)], order=None)
