"""What a validation score still gained after the validation loss was at its best."""

import numpy as np

from advisor.scalar import Scalar
from advisor.statistics.noise import noise, smooth

ENOUGH = 10  # evaluations
GAINED = 0.04  # of the errors: what is still learned after the turn would be lost by stopping there


def gone_after(score: Scalar | None, best: int) -> float:
    """The share of the errors at the step of the best validation loss that were gone at the end, beyond the score's noise."""
    if score is None or len(s := score.finite()) < ENOUGH:
        return 0.0
    whole = 100.0 if s.values.max() > 1 else 1.0
    level = smooth(s)
    then, end = float(level.values[np.abs(level.steps - best).argmin()]), float(np.median(s.values[-max(3, len(s) // 10) :]))
    return (end - then) / max(whole - then, 1e-300) if end - then > 2 * noise(s.values) else 0.0
