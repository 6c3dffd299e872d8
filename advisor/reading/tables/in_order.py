"""Whether numbers follow each other, as a curve's do, or stand in any order."""

import numpy as np

NEARER = 0.5  # of the mean distance between any two
SPREAD = 500  # numbers by which that distance is known


def follow_each_other(values: np.ndarray, above: int) -> bool:
    """Whether more than so many finite numbers, shape (n,), are each nearer to the one before than any two are."""
    found = values[np.isfinite(values)]
    if len(found) <= above:
        return False
    some = found[:: len(found) // SPREAD + 1]
    return float(np.abs(np.diff(found)).mean()) < NEARER * float(np.abs(some[:, None] - some).mean())
