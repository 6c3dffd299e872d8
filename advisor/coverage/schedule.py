"""What the learning rate's schedule is about at the end of a log."""

from typing import Any

import numpy as np

from advisor.scalar import Scalar

FEW = 5  # points
RISING = 1.05  # times over the last quarter
WARMED = 1.5  # times from the first value to the last
GONE = 0.5  # of the highest rate


def schedule(lr: Any) -> str:
    """One of "warm-up" (all of the log lies in it), "decayed" and "constant"; empty where it was not logged or says nothing."""
    values = lr.finite().values if isinstance(lr, Scalar) else np.array([])
    if len(values) < FEW or values.max() <= 0:
        return ""
    late = values[-max(3, len(values) // 4) :]
    if (np.diff(values) >= 0).all() and values[-1] > RISING * late[0] and values[-1] > WARMED * values[0]:
        return "warm-up"
    if np.ptp(values) <= 1e-6 * values.max():
        return "constant"
    return "decayed" if values[-1] < GONE * values.max() else ""
