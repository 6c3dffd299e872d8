"""Robust statistics of one curve: its levels, its noise, and whether a change is more than noise.

Everything is relative to the curve itself (its own steps, scale and noise), so a verdict does not depend on
the unit of a loss, on how steps are counted or on how often they were logged.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from advisor.scalar import Scalar
from advisor.statistics.noise import MAD, median, medians, noise

ENOUGH = 10  # points: fewer tell no trend from noise
BINS = 60
KEPT = 16  # curves whose shape is remembered, while their run is judged


@dataclass(frozen=True, eq=False)
class Binned:
    """A curve in at most BINS equal spans of steps, of which only those with points are kept.

    Attributes
    ----------
    steps : array, shape (spans,)
        The mean step of the points of each span.
    values : float64 array, shape (spans,)
        Their median, in units of the loss.
    error : float64 array, shape (spans,)
        The standard error of that median, in units of the loss.
    """

    steps: np.ndarray
    values: np.ndarray
    error: np.ndarray


@lru_cache(maxsize=KEPT)
def binned(curve: Scalar) -> Binned:
    """Medians over equal spans of steps, with their standard errors. A curve logged densely at first is not all beginning.

    Of a curve of few points each stands for itself, with the noise of the whole curve as its error.
    """
    s = curve.finite()
    count = int(np.clip(len(s) // 4, ENOUGH, BINS))
    if len(s) <= count:
        return Binned(s.steps, s.values, np.full(len(s), noise(s.values)))
    edges = np.linspace(s.steps[0], s.steps[-1], count + 1)
    which = np.clip(np.searchsorted(edges, s.steps, side="right") - 1, 0, count - 1)
    starts = np.flatnonzero(np.diff(which, prepend=-1))
    sizes = np.diff(starts, append=len(s))
    group = np.repeat(np.arange(len(starts)), sizes)
    centre = medians(s.values, group, starts, sizes)
    sigma = max(noise(s.values), 1e-12 * float(np.abs(centre).max()))
    spread = MAD * medians(np.abs(s.values - centre[group]), group, starts, sizes)
    return Binned(np.add.reduceat(s.steps.astype(float), starts) / sizes, centre, 1.25 * np.maximum(sigma, spread) / np.sqrt(sizes))


@dataclass(frozen=True)
class Level:
    """A median over some steps and the standard error of it, both in units of the loss.

    The error is 1.25 (the root of π/2) times the noise over the root of the number of points, as it is of many normal values.
    """

    value: float
    error: float

    def below(self, other: "Level") -> float:
        """How many standard errors this level lies below the other."""
        return (other.value - self.value) / max(np.hypot(self.error, other.error), 1e-300)


@dataclass(frozen=True)
class Shape:
    """What a loss curve did, in numbers relative to itself.

    Attributes
    ----------
    start, end, best : Level
        At the first points, over the last tenth, and the lowest of all spans.
    fall : float
        (start - end) / |start|: the share of the initial loss that was lost.
    late : float
        Share of the whole fall that happened in the second half of the steps.
    late_sigma : float
        How many standard errors the second half fell by.
    half : float
        Share of the run after which half of the fall was made (of several crossings, the middle).
    settled : float
        Share of the run after which the level was within a twentieth of the fall of where it ended.
    peak : float
        The highest span's level as a multiple of the start.
    noise : float
        Standard deviation around the curve over the second half, in units of the loss.
    """

    points: int
    first_step: int
    last_step: int
    start: Level
    end: Level
    best: Level
    best_step: int
    fall: float
    late: float
    late_sigma: float
    half: float
    settled: float
    peak: float
    noise: float


def of_normal(spread: float, points: int) -> float:
    """The standard error of the median of so many points with normal noise of this standard deviation, in its unit."""
    return (1.25 if points > 1 else 1.0) * spread / np.sqrt(points)


def level(curve: Scalar, first: float, last: float) -> Level:
    """The median between two shares of the run (0 to 1), each span of at least three points where there are as many.

    The curve must have a finite point.
    """
    s = curve.finite()
    a, b = s.steps[0] + first * np.ptp(s.steps), s.steps[0] + last * np.ptp(s.steps)
    inside = s.values[(s.steps >= a) & (s.steps <= b)]
    if len(inside) < min(3, len(s)):
        inside = s.values[-3:] if last >= 1 else s.values[:3] if first <= 0 else s.values[np.argsort(np.abs(s.steps - (a + b) / 2))[:3]]
    return Level(median(inside), 1.25 * max(noise(s.values), 1e-12 * abs(median(inside))) / np.sqrt(len(inside)))


def start_level(curve: Scalar) -> Level:
    """The loss before training: the first point, or the median of the first five where they differ by no more than their noise."""
    s = curve.finite()
    first, sigma = s.values[0], noise(s.values)
    head = s.values[: min(5, 1 + len(s) // 10)]
    if abs(first - median(head)) <= 3 * sigma:
        return Level(median(head), 1.25 * sigma / np.sqrt(len(head)))
    return Level(float(first), sigma)


class CannotTell(Exception):  # noqa: N818 - an answer, not a failure
    """A rule cannot judge these signals; the sentence says what is lacking."""


class TooFew(CannotTell):
    """A curve was logged and has too few points: what its rule looks for may be there."""


def enough(curve: Scalar, needed: int = ENOUGH) -> Scalar:
    """The finite points of the curve.

    Raises
    ------
    TooFew
        They are fewer than `needed`.
    """
    s = curve.finite()
    if len(s) < needed:
        raise TooFew(f"{curve.tag or 'the curve'} has {len(s)} finite point{'s' * (len(s) != 1)}; {needed} are needed")
    return s


@lru_cache(maxsize=KEPT)
def shape(curve: Scalar) -> Shape:
    """The shape of a loss curve.

    Raises
    ------
    TooFew
        It has fewer than ENOUGH finite points.
    """
    s = enough(curve)
    bins, start, end = binned(s), start_level(s), level(s, 0.9, 1)
    middle, drop = level(s, 0.4, 0.5), start.value - end.value
    lowest = int(bins.values.argmin())
    near = np.abs(bins.values - end.value) <= 0.05 * abs(drop) + 2 * bins.error
    outside = np.flatnonzero(~near)
    span = max(np.ptp(bins.steps), 1)
    settled = (bins.steps[min(outside[-1] + 1, len(bins.steps) - 1)] - bins.steps[0]) / span if len(outside) else 0.0
    above = bins.values > start.value - drop / 2
    halfway = (int(np.argmin(above)) + len(above) - int(np.argmax(above[::-1]))) // 2 if drop > 0 and not above.all() else 0
    second = s.between(s.steps[0] + np.ptp(s.steps) / 2)
    return Shape(
        points=len(s),
        first_step=int(s.steps[0]),
        last_step=int(s.steps[-1]),
        start=start,
        end=end,
        best=Level(float(bins.values[lowest]), float(bins.error[lowest])),
        best_step=int(bins.steps[lowest]),
        fall=drop / max(abs(start.value), 1e-300),
        late=(middle.value - end.value) / max(abs(drop), 1e-300),
        late_sigma=end.below(middle),
        half=float((bins.steps[halfway] - bins.steps[0]) / span),
        settled=float(settled),
        peak=float(bins.values.max() / start.value) if start.value > 0 else 1.0,
        noise=noise(second.values),
    )
