"""Whether what is trained carries over: a validation loss that follows the training loss, or has turned up."""

import numpy as np

from advisor.scalar import Scalar
from advisor.statistics.curve_shape import level
from advisor.statistics.noise import noise, smooth, typical_spacing

NEAR = 0.1  # of all its fall
SIGMAS = 3.0
SMOOTH = 0.1  # of its first level: noise that hides nothing
LEAST = 3  # evaluations
OVERLAP = 0.3  # of the evaluations: with fewer beside the training loss, the two count different things


def of_this_training(val_loss: Scalar, train_loss: Scalar) -> Scalar:
    """The validation loss as far as the training loss goes, and one evaluation more: what lies beyond is another training's."""
    if len(val_loss) < 2 or not len(train_loss):
        return val_loss
    kept = val_loss.between(last=float(train_loss.steps[-1]) + typical_spacing(val_loss.steps))
    return kept if len(kept) >= OVERLAP * len(val_loss) else val_loss


def around(train_loss: Scalar, best: int) -> tuple[float, float]:
    """The training loss at the step of the best validation loss and at the end; NaN where none of it is finite."""
    s = train_loss.finite()
    if not len(s):
        return np.nan, np.nan
    share = (best - s.steps[0]) / max(np.ptp(s.steps), 1)
    return level(s, max(0.0, share - 0.05), min(share + 0.05, 0.9)).value, level(s, 0.9, 1).value


def fell(val_loss: Scalar | None, share: float = 0.0) -> bool:
    """Whether a validation loss that is smooth enough to say so fell, at some time, beyond its noise and by `share` of its start."""
    if val_loss is None or len(val_loss.finite()) < LEAST:
        return False
    low, _, first, spread = _levels(val_loss)
    return first - low > max(SIGMAS * spread, share * abs(first)) and spread <= SMOOTH * abs(first)


def fell_to_its_end(val_loss: Scalar | None, share: float = 0.0) -> bool:
    """Whether it fell like that and ended nearly as low as it ever was.

    What it rose again is compared with its fall by their logarithms where it is positive, for a first value may be of any size.
    """
    if val_loss is None or not fell(val_loss, share):
        return False
    low, end, first, spread = _levels(val_loss)
    back, whole = (np.log(end / low), np.log(first / low)) if low > 0 else (end - low, first - low)
    return bool(back <= NEAR * whole or end - low <= spread)


def turned_up(val_loss: Scalar | None, share: float = 0.0) -> bool:
    """Whether a validation loss ended above its lowest, beyond its noise and by `share` of that."""
    if val_loss is None or len(val_loss.finite()) < LEAST:
        return False
    low, end, _, spread = _levels(val_loss)
    return end - low > max(SIGMAS * spread, share * abs(low))


def _levels(val_loss: Scalar) -> tuple[float, float, float, float]:
    """Its lowest, its end, its first level (without single wild points) and the noise of one value."""
    values, wide = smooth(val_loss).values, max(1, len(val_loss.finite()) // 10)
    return float(values.min()), float(np.median(values[-wide:])), float(np.median(values[:wide])), noise(val_loss.finite().values)
