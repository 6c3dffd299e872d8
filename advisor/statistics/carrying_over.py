"""Whether what is trained carries over: a validation loss that follows the training loss, or has turned up."""

import numpy as np

from advisor.scalar import Scalar
from advisor.statistics.curve_shape import ENOUGH, Level, level, of_normal
from advisor.statistics.noise import noise, smooth, typical_spacing

NEAR = 0.1  # of all its fall
SIGMAS = 3.0
SMOOTH = 0.1  # of its first level: noise that hides nothing
LEAST = 3  # evaluations
OVERLAP = 0.3  # of the evaluations: with fewer beside the training loss, the two count different things
TWELFTH, TENTH = 12, 10  # parts of a run: what is smoothed over, and the end
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
    return level(s, max(0.0, share - 0.05), min(share + 0.05, 0.9)).value, level(s, 0.9, 1).value


def lowest_and_end(val_loss: Scalar) -> tuple[Scalar, int, Level, Level]:
    """A validation loss smoothed over a twelfth of its points, the step of its lowest, that level, and the level of its last tenth.

    A level of many points is known better than one of them: in 300 noisy evaluations a rise shows that ten would hide.
    """
    s = val_loss.finite()
    wide, last = max(3, len(s) // TWELFTH // 2 * 2 + 1), max(1, len(s) // TENTH)
    smoothed, spread = smooth(s, wide), noise(s.values)
    at = int(smoothed.values.argmin())
    known = 1 if wide == 3 else wide  # of three the middle one is taken, and the ends are single points
    low, end = Level(float(smoothed.values[at]), of_normal(spread, known)), float(np.median((s if last > 1 else smoothed).values[-last:]))
    return smoothed, int(s.steps[at]), low, Level(end, of_normal(spread, last))


def stale_since(val_loss: Scalar) -> int:
    """The first step from which on the validation loss, smoothed, was never lower than that by more than next to nothing."""
    smoothed, _, low, _ = lowest_and_end(val_loss)
    return int(smoothed.steps[int((smoothed.values <= low.value + max(SAME * abs(low.value), 2 * low.error)).argmax())])


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
