"""A loss that falls below zero without bound: what it rewards has no end, and it is no error any more."""

import numpy as np

from advisor.finding import Evidence, Finding
from advisor.scalar import Scalar

FIRST, LAST = 3, 10  # points at the start; the tenth at the end
TIMES = 1e4  # the size it began at: a logarithm of a density goes to some times that


def without_bound(train_loss: Scalar) -> Finding | None:
    """The loss began at some size and ended that many times as far below zero, further than it was in the middle."""
    s = train_loss.finite()
    if len(s) < LAST:
        return None
    start, end = float(np.median(s.values[:FIRST])), float(np.median(s.values[-max(1, len(s) // LAST) :]))
    middle = float(np.median(s.values[len(s) // 3 : -len(s) // 3]))
    if start == 0 or end > -TIMES * abs(start) or end > middle:
        return None
    first, last, times = int(s.steps[0]), int(s.steps[-1]), abs(end / start)
    return Finding(
        f"Training loss fell without bound: from {s.values[0]:.3g} at step {first} to about {end:.3g} by step {last}, {times:.2g} times "
        "the size it began at.",
        (Evidence("train_loss", first, last, "size of the end over that of the start", times, TIMES),),
        level="error",
        confidence=0.9,
    )
