"""What repeats from epoch to epoch: falls at the boundaries, a pattern inside, noise that shrinks as a running average's does."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from advisor.scalar import Scalar
from advisor.statistics.noise import noise

EDGE = 0.2  # of an epoch: how much of each end makes its level
PHASES = 10
EACH = 3  # points a phase: a single odd batch at the end of an epoch is outvoted
SEEN = 30  # points: fewer repeat nothing
AS_ALIKE = 0.9  # of the likeness at the best lag
ALIKE, SURE = 0.45, 4.6  # chance makes up to 0.4 among fifty points and three standard errors among many lags
AVERAGED = 0.45  # noise late in the epoch over that early in it: a running average of n points has it shrink as the root of n


@dataclass(frozen=True)
class Stairs:
    """The falls at the epochs' boundaries.

    Attributes
    ----------
    share : float
        Of all movement after the first epoch.
    fall : float
        Their sum as a share of the loss.
    sigmas : float
        How many standard errors that is.
    """

    share: float
    fall: float
    sigmas: float


def stairs(epochs: list[Scalar]) -> Stairs:
    """How much of the fall happens between the last points of one epoch and the first of the next; `epochs` are two curves or more."""
    starts = np.array([float(np.median(e.values[: _edge(e)])) for e in epochs])
    ends = np.array([float(np.median(e.values[-_edge(e) :])) for e in epochs])
    falls, inside = ends[:-1] - starts[1:], starts[1:] - ends[1:]
    spread = 1.25 * np.median([noise(e.values) / np.sqrt(_edge(e)) for e in epochs]) * np.sqrt(2 * len(falls))
    moved = max(abs(float(falls.sum())) + abs(float(inside.sum())), 1e-300)
    typical = len(falls) * float(np.median(falls))  # one great fall among small ones is no staircase
    return Stairs(float(falls.sum()) / moved, min(typical, float(falls.sum())) / max(abs(ends[0]), 1e-300), typical / max(spread, 1e-300))


@dataclass(frozen=True)
class Pattern:
    """What every epoch repeats around its own course.

    Attributes
    ----------
    swing : float
        From its lowest to its highest point, as a share of the loss.
    peak : float
        The phase of its highest point, 0 to 1.
    f : float
        The variance it explains over what is left, as in an analysis of variance: 1 by chance. Of e epochs and p phases it has p - 1 and
        (p - 1)(e - 1) degrees of freedom.

    References
    ----------
    Fisher, Statistical Methods for Research Workers (1925), chapters 7 and 8, with each epoch as a block.
    """

    swing: float
    peak: float
    f: float


def pattern(epochs: list[Scalar]) -> Pattern | None:
    """The course of the loss within an epoch that is common to all but the first; None where there are too few epochs or points."""
    later = epochs[1:]
    count = min(PHASES, min(len(e) for e in later) // EACH)
    if len(later) < 3 or count < 3:
        return None
    phases = np.array([[float(np.median(part)) for part in np.array_split(e.values, count)] for e in later])
    means = phases.mean(1)
    x = np.arange(phases.size) / count
    course = np.interp(x, np.arange(len(means)) + 0.5 - 0.5 / count, means).reshape(phases.shape)
    own = (phases - course) / np.maximum(np.abs(means), 1e-300)[:, None]
    own = own[1:-1] if len(own) > 4 else own  # the course of the first and the last is known on one side only
    own = own - own.mean(1, keepdims=True)
    common = own.mean(0)
    explained = len(own) * float(common @ common) / (count - 1)
    left = float(((own - common) ** 2).sum()) / ((count - 1) * (len(own) - 1))
    return Pattern(float(np.ptp(common)), float((common.argmax() + 0.5) / count), explained / max(left, 1e-12))


@dataclass(frozen=True)
class Period:
    """After how many steps a curve repeats itself, and how alike.

    Attributes
    ----------
    steps, points : int
        The period, in steps and in points of the curve.
    alike : float
        The autocorrelation, at that lag or the multiple of it where it is highest, of the ranks of what is left of the curve without its
        trend: 0 by chance.
    sigmas : float
        The same in standard errors of what noise shows: each is 1 over the root of the number of points.

    References
    ----------
    Bartlett, On the Theoretical Specification and Sampling Properties of Autocorrelated Time-Series (1946). doi:10.2307/2983611
    """

    steps: int
    points: int
    alike: float
    sigmas: float


def period(curve: Scalar) -> Period | None:
    """The lag at which what is left of a curve without its trend is most like itself, None where it is too short or no lag stands out."""
    s = curve.finite()
    apart = np.diff(s.steps)
    if len(s) < SEEN or (np.abs(apart - np.median(apart)) > np.median(apart) / 2).mean() > 0.1:
        return None
    values = np.log(s.values) if (s.values > 0).all() else s.values
    left = _without_trend(values)[len(s) // 10 :]
    ranks = np.argsort(np.argsort(left, kind="stable"), kind="stable").astype(float)  # wild points count no more than others
    ranks -= ranks.mean()
    count = len(ranks)
    power = np.fft.irfft(np.abs(np.fft.rfft(ranks, 2 * count)) ** 2)[:count]
    alike = (power / power[0] * count / np.arange(count, 0, -1))[: count // 3 + 1]
    apart_again = np.flatnonzero(alike < 0.1)  # neighbours are alike in any slow curve
    if not len(apart_again):
        return None
    lag = int(apart_again[0] + alike[apart_again[0] :].argmax())
    if lag < EACH:
        return None
    best, lag = lag, shortest(alike, lag, int(apart_again[0]))
    return Period(round(lag * float(np.median(apart))), lag, float(alike[best]), float(alike[best] * np.sqrt(count)))


def _without_trend(values: np.ndarray) -> np.ndarray:
    """What each value, shape (n,), lies above the mean of those up to a quarter of all away, in some unit.

    The sums are of whole numbers, so that what was equal stays equal, and each is had from the one before.
    """
    wide = len(values) // 4
    window = 2 * wide + 1
    heights = (values - values.min()) / (np.ptp(values) or 1.0)
    counts = np.round(heights * 2.0 ** (62 - window.bit_length())).astype(np.int64)
    first, last = (np.full(wide, end.sum() // wide) for end in (counts[:wide], counts[-wide:]))
    sums = np.cumsum(np.concatenate([np.zeros(1, np.int64), first, counts, last]))  # may run over, their differences cannot
    return counts * window - (sums[window:] - sums[:-window])


def shortest(alike: np.ndarray, lag: int, first: int) -> int:
    """The shortest lag that goes into this one whole and is about as alike: what repeats every 5 points does so every 10 and 15 too."""
    for times in range(lag // max(first, EACH), 1, -1):
        near = np.arange(max(first, lag // times - 1), lag // times + 2)
        found = int(near[alike[near].argmax()])
        if alike[found] >= AS_ALIKE * alike[lag]:
            return found
    return lag


def repeats(curve: Scalar, alike: float = ALIKE, sigmas: float = SURE) -> Period | None:
    """The period of a curve that really repeats itself; None where it is less alike, or less surely, than these limits."""
    found = period(curve)
    return found if found is not None and found.alike >= alike and found.sigmas >= sigmas else None


def averaged(epochs: list[Scalar]) -> float | None:
    """Noise in the last third of an epoch over that in its first fifth, typically; None where too few points show it."""
    pairs = [(noise(e.values[: len(e) // 5]), noise(e.values[-len(e) // 3 :])) for e in epochs if len(e) >= 3 * PHASES]
    ratios = [late / early for early, late in pairs if early > 0]
    return float(np.median(ratios)) if len(ratios) >= 2 else None


def restarted(epochs: list[Scalar], lr: Scalar | None) -> bool:
    """Whether the learning rate begins anew with most epochs: what then repeats is the schedule's doing."""
    if lr is None or len(lr.finite()) < len(epochs):
        return False
    ends = [(np.interp(a.steps[-1], lr.steps, lr.values), np.interp(b.steps[0], lr.steps, lr.values)) for a, b in pairwise(epochs)]
    return bool(np.mean([after > 1.3 * before for before, after in ends]) > 0.4)


def _edge(epoch: Scalar) -> int:
    return max(2, round(EDGE * len(epoch)))
