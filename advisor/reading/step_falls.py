"""Counts that fall back: a training that began again, a counter that begins anew, or points that came out of order."""

import numpy as np

STUB = 3  # points; fewer do not make a training, and steps that fall back oftener are merely out of order


def falls(counts: np.ndarray, last: float = -np.inf) -> np.ndarray:
    """The places, shape (k,), where a count of shape (n,) is lower than before; `last` is what came before the first."""
    return np.flatnonzero(np.diff(counts, prepend=last) < 0)


def out_of_order(sessions: int, points: int) -> bool:
    """Whether so many sessions are too many for the points there are: then they were merely logged out of order."""
    return sessions * STUB > points
