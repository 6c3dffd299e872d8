"""When an exploration rate was down."""

import numpy as np

from advisor.scalar import Scalar

NEAR = 0.05  # of the way from the first to the last rate


def down_at(exploration_rate: Scalar) -> tuple[int, float] | None:
    """The step at which it had come near its end, and the share of the run until then; None where it did not fall."""
    rate = exploration_rate.finite()
    first, end = float(rate.values[0]), float(rate.values[-1])
    if not first > end:
        return None
    at = int(rate.steps[np.flatnonzero(rate.values <= end + NEAR * (first - end))[0]])
    return at, (at - int(rate.steps[0])) / max(int(np.ptp(rate.steps)), 1)
