"""Whether what is trained carries over: a validation loss that follows the training loss, or has turned up."""

import numpy as np

from advisor.scalar import Scalar
from advisor.statistics.course import TENTH, course
from advisor.statistics.curve_shape import ENOUGH, level
from advisor.statistics.noise import noise, smooth, typical_spacing

NEAR = 0.1  # of all its fall
SIGMAS = 3.0
SMOOTH = 0.1  # of its first level: noise that hides nothing
LEAST = 3  # evaluations
OVERLAP = 0.3  # of the evaluations: with fewer beside the training loss, the two count different things
AROUND = 0.05  # of the run
SAME = 0.02  # of the lowest: a level that is no lower for anybody


def of_this_training(val_loss: Scalar, train_loss: Scalar) -> Scalar:
    """The validation loss as far as the training loss goes, and one evaluation more: what lies beyond is another training's."""
    if len(val_loss) < 2 or not len(train_loss):
        return val_loss
    kept = val_loss.between(last=float(train_loss.steps[-1]) + typical_spacing(val_loss.steps))
    return kept if len(kept) >= OVERLAP * len(val_loss) else val_loss


def around(train_loss: Scalar, best: int) -> tuple[float, float]:
    """The training loss at the step of the best validation loss and at the end; NaN where none of it is finite.

    Of few points a level of several would reach far into the time before: there the nearest one and the last stand for themselves.
    """
    s = train_loss.finite()
    if not len(s):
        return np.nan, np.nan
    if len(s) < ENOUGH:
        return float(s.values[np.abs(s.steps - best).argmin()]), float(s.values[-1])
    share = (best - s.steps[0]) / max(np.ptp(s.steps), 1)
    return level(s, *about(share)).value, level(s, 0.9, 1).value


def about(share: float) -> tuple[float, float]:
    """From where to where a level is taken that stands for one place of a run, all as shares of it.

    Near the start a loss falls by half in as many steps as lie before it: there the place counts from half as far to twice as far.
    """
    return max(share - AROUND, share / 2), min(share + AROUND, 2 * share, 0.9)


def stale_since(val_loss: Scalar) -> int:
    """The first step from which on the validation loss, smoothed, was never lower than that by more than next to nothing."""
    c = course(val_loss)
    level = c.low.value + max(SAME * abs(c.low.value), 2 * c.low.error)
    return int(c.smoothed.steps[int((c.smoothed.values <= level).argmax())])


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
    values = smooth(val_loss).values
    if values.argmin() >= len(values) - max(1, len(values) // TENTH):
        return False  # it falls still, within what is taken for its end
    return end - low > max(SIGMAS * spread, share * abs(low))


def fall_in_second_half(val_loss: Scalar) -> float:
    """The share of its fall that a validation loss made in its second half, 0 where its end is not its best."""
    values = val_loss.finite().values
    middle = float(np.median(values[len(values) // 2 - 1 : len(values) // 2 + 1]))
    end, drop = float(np.median(values[-2:])), float(values[0] - values[-2:].mean())
    return (middle - end) / drop if drop > 0 and end <= values.min() + 0.1 * drop else 0.0


def fall_in_last_quarter(val_loss: Scalar) -> float:
    """The share of its fall that a validation loss made in its last quarter; 0 where it did not fall."""
    values = val_loss.finite().values
    before, drop = float(np.median(values[len(values) * 3 // 4 - 1 :][:2])), float(values[0] - values[-2:].mean())
    return (before - float(np.median(values[-2:]))) / drop if drop > 0 else 0.0


def _levels(val_loss: Scalar) -> tuple[float, float, float, float]:
    """Its lowest, its end, its first level (without single wild points) and the noise of one value."""
    values, wide = smooth(val_loss).values, max(1, len(val_loss.finite()) // 10)
    return float(values.min()), float(np.median(values[-wide:])), float(np.median(values[:wide])), noise(val_loss.finite().values)
