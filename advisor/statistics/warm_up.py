"""Whether a learning rate was still being raised: what was learned until then tells little of what it will do."""

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
