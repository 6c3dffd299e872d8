"""What came first: the step at which a signal left its own band before a failure, and which of two signals left theirs earlier."""

from collections.abc import Iterable
from typing import Literal

import numpy as np

from advisor.scalar import Scalar
from advisor.statistics.curve_shape import binned, shape
from advisor.statistics.noise import mad, noise, rank_trend, typical_spacing

LATE = 0.25  # of the time before the failure: what is searched for the departure
REFERENCE = 0.5  # of that time, just before: what the band is measured on
SIGMAS = 6.0
FACTOR = 3.0  # a norm that less than triples is in its band, however quiet it was
POINTS = 5
RECENT = 4  # parts of what was before a point: the last of them may hold nothing as high, or a jump is one of many
MANY, RISING, A_QUARTER = 3.0, 0.8, 0.25  # times its lowest level; rank correlation with time; of the run
Order = Literal["first", "together", "after"]


def departure(curve: Scalar, failed: int, *, factor: float = 1.0) -> int | None:
    """The first step, shortly before `failed` or at it, at which the curve lay above its band; None where it kept it or is too short.

    The band is the median of what was logged before plus SIGMAS of its noise, and `factor` times that median at least. A value that is
    not finite lies above every band.
    """
    begin, known = _reference(curve, failed)
    if len(known) < POINTS:
        return None
    usual = float(np.median(known))
    above = max(SIGMAS * min(noise(known) or np.inf, mad(known) or np.inf) if np.ptp(known) else 0.0, (factor - 1) * abs(usual))
    late = curve.between(begin, failed)
    out = late.steps[~(late.values <= usual + above)]
    return int(out[0]) if len(out) else None


def was_calm(curve: Scalar, failed: int) -> bool:
    """Whether it is known to have kept its band until `failed`: of a curve too short for a band nothing is known."""
    return len(_reference(curve, failed)[1]) >= POINTS and departure(curve, failed) is None


def order(curve: Scalar, other: Scalar, failed: int, *, factor: float = FACTOR) -> Order | None:
    """Whether `curve` (a norm) left its band before `other` (the loss) did, at the same point, or later; None where it is too short."""
    mine, its = departure(curve, failed, factor=factor), departure(other, failed)
    if mine is None:
        return "after" if len(curve.finite().between(last=failed)) >= 2 * POINTS else None
    apart = max(typical_spacing(curve.steps), typical_spacing(other.steps))
    lead = (failed if its is None else its) - mine
    return "first" if lead > apart else "together" if lead >= -apart else "after"


def sudden(curve: Scalar, *, calm: float = 0.1, jump: float = 3.0, before: int = 6) -> int | None:
    """The first step at which a loss jumped in one point, out of calm: by `jump` times its level or more and far beyond its noise.

    Calm are the `before` points before, after the first `calm` of the run. What grows over several points, as a divergence does, is no
    jump: the next points must not rise to more than twice the jump. Neither is what is no higher than single points shortly before. None
    where there is none.
    """
    s, first, last = curve.finite(), int(curve.steps[0]), int(curve.steps[-1])
    if len(s) < before + POINTS or (s.values <= 0).any():
        return None
    windows = np.lib.stride_tricks.sliding_window_view(s.values, before)[:-1]
    level, top = np.median(windows, axis=1), windows.max(axis=1)
    spread = 1.4826 * np.median(np.abs(windows - level[:, None]), axis=1)
    after, late = s.values[before:], s.steps[before:] - first > calm * (last - first)
    found = np.flatnonzero(late & (after > jump * np.maximum(level, top / 2)) & (after - level > 3 * SIGMAS * spread) & (after > top))
    for at in found[:1] + before:
        alone = s.values[at] > s.values[at - max(before, at // RECENT) : at].max()  # in calm that is chance others were as high
        return int(s.steps[at]) if alone and s.values[at : at + POINTS].max() <= 2 * s.values[at] else None
    return None


def _reference(curve: Scalar, failed: int) -> tuple[float, np.ndarray]:
    """The step from which on a departure is searched, and the finite values right before it, by which the band is known."""
    first = int(curve.steps[0]) if len(curve) else failed
    begin = failed - LATE * (failed - first)
    return begin, curve.finite().between(begin - REFERENCE * (failed - first), np.nextafter(begin, -np.inf)).values


def resumed(restarts: Iterable[int] | None, curve: Scalar, at: int) -> bool:
    """Whether training was resumed there: what jumps then is the doing of what was not restored."""
    return any(abs(at - step) <= 2 * typical_spacing(curve.steps) for step in restarts or ())


def climbs_on(loss: Scalar) -> bool:
    """Whether a loss has risen steadily for a quarter of the run, from its lowest level to many times that: it undoes what was learned."""
    s, bins = shape(loss), binned(loss)
    share = (s.last_step - s.best_step) / max(s.last_step - s.first_step, 1)
    return bool(
        s.best.value > 0
        and s.end.value >= MANY * s.best.value
        and share >= A_QUARTER
        and rank_trend(bins.values[bins.steps >= s.best_step]) >= RISING
    )
