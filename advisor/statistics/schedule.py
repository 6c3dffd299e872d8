"""What a schedule does to a curve: whether the rate was still being raised, and the part of the curve at which it was high."""

import numpy as np

from advisor.scalar import Scalar

FULL = 0.9  # of its highest
MOST = 0.5  # of the run


def still_warming_up(lr: Scalar | None) -> bool:
    """Whether a rate that began at half its highest or less came near that only after most of the run."""
    if lr is None or len(s := lr.finite()) < 3 or s.values.max() <= 0 or s.values[0] > s.values.max() / 2:
        return False
    first, last = float(s.steps[0]), float(s.steps[-1])
    reached = float(s.steps[int(np.argmax(s.values >= FULL * s.values.max()))])
    rising = np.diff(s.values[s.steps <= reached])
    return bool(reached - first > MOST * (last - first) and len(rising) and (rising >= 0).mean() > 0.9)


def while_high(curve: Scalar, lr: Scalar | None) -> Scalar:
    """The curve until the learning rate fell below half its highest for good; all of it where no rate was logged."""
    if lr is None or not len(used := lr.finite()) or used.values.max() <= 0:
        return curve
    return curve.between(last=float(used.steps[used.values >= used.values.max() / 2][-1]))
