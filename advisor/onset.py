"""What came first: the step at which a signal left its own band before a failure, and which of two signals left theirs earlier."""

from typing import Literal

import numpy as np

from advisor.scalar import Scalar
from advisor.stats import mad, noise

LATE = 0.25  # of the time before the failure: what is searched for the departure
REFERENCE = 0.5  # of that time, just before: what the band is measured on
SIGMAS = 6.0
FACTOR = 3.0  # a norm that less than triples is in its band, however quiet it was
POINTS = 5
Order = Literal["first", "together", "after"]


def departure(curve: Scalar, failed: int, *, factor: float = 1.0) -> int | None:
    """The first step, shortly before `failed` or at it, at which the curve lay above its band; None where it kept it or is too short.

    The band is the median of what was logged before plus SIGMAS of its noise, and `factor` times that median at least. A value that is
    not finite lies above every band.
    """
    first = int(curve.steps[0]) if len(curve) else failed
    begin = failed - LATE * (failed - first)
    known = curve.finite().between(begin - REFERENCE * (failed - first), np.nextafter(begin, -np.inf)).values
    if len(known) < POINTS:
        return None
    usual = float(np.median(known))
    above = max(SIGMAS * min(noise(known) or np.inf, mad(known) or np.inf) if np.ptp(known) else 0.0, (factor - 1) * abs(usual))
    late = curve.between(begin, failed)
    out = late.steps[~(late.values <= usual + above)]
    return int(out[0]) if len(out) else None


def order(curve: Scalar, other: Scalar, failed: int, *, factor: float = FACTOR) -> Order | None:
    """Whether `curve` (a norm) left its band before `other` (the loss) did, at the same point, or later; None where it is too short."""
    mine, its = departure(curve, failed, factor=factor), departure(other, failed)
    if mine is None:
        return "after" if len(curve.finite().between(last=failed)) >= 2 * POINTS else None
    apart = max(spacing(curve), spacing(other))
    lead = (failed if its is None else its) - mine
    return "first" if lead > apart else "together" if lead >= -apart else "after"


def spacing(curve: Scalar) -> float:
    """Steps between two points, typically."""
    return float(np.median(np.diff(curve.steps))) if len(curve) > 1 else 0.0
