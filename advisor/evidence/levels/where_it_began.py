"""A training loss that is at its end where it began, as far as its noise lets one see."""

import numpy as np

from advisor.finding import Evidence, Finding, confidence
from advisor.scalar import Scalar
from advisor.statistics.curve_shape import Shape, level
from advisor.wording import percent


def least_seen(train_loss: Scalar, sigmas: float) -> float:
    """The least fall from the first quarter to the last that would be seen, as a share of the loss."""
    early, late, first = level(train_loss, 0, 0.25), level(train_loss, 0.75, 1), train_loss.finite().values
    typical = float(np.abs(first[: max(3, len(first) // 4)]).mean())  # a median may be 0
    return sigmas * float(np.hypot(early.error, late.error)) / max(typical, 1e-300)


def flat_or_risen(s: Shape, fall: float, sigmas: float) -> Finding:
    """The finding of a loss that did not fall."""
    if s.fall > fall:
        way = f"fell by {percent(s.fall)}, no more than its noise,"
        fact = Evidence("train_loss", s.first_step, s.last_step, "fall in standard errors", s.end.below(s.start), sigmas)
    else:
        way = f"fell by only {percent(s.fall)}" if s.fall > 0 else f"rose by {percent(-s.fall)}" if s.fall < 0 else "did not change"
        fact = Evidence("train_loss", s.first_step, s.last_step, "fall as a share of the start", s.fall, fall)
    return Finding(
        f"Training loss {way} between its start (about {s.start.value:.3g}, from step {s.first_step} on) "
        f"and its last tenth (about {s.end.value:.3g}, to step {s.last_step}).",
        (fact,),
        confidence=max(0.6, confidence(fall, max(s.fall, fall / 8))),
    )
