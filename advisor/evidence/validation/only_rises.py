"""A validation loss that only rises: in few evaluations, or where no training loss was logged beside it."""

from collections.abc import Iterator

import numpy as np

from advisor.evidence.validation.meanwhile import eased, fell_meanwhile
from advisor.finding import Evidence, Finding, confidence
from advisor.scalar import Scalar
from advisor.statistics.carrying_over import around
from advisor.statistics.course import Told, course
from advisor.statistics.curve_shape import enough
from advisor.statistics.noise import rank_trend
from advisor.wording import percent

SHORTEST, VALIDATIONS = 3, 12  # evaluations beside a training loss, and alone: fewer show nothing
FITTED = 0.2  # of it: what the training loss must have lost meanwhile, where evaluations are that few
THREE = 2.5  # times as much is needed of both where three evaluations are all there are since
NEAR, WENT_ON = 0.04, 0.3  # of the lowest; of the training loss
BY_SOME, BY = 0.1, {1: 0.25, 2: 0.15}  # of the lowest: how far above it the end must lie; after so few evaluations
MANY_SINCE = 4  # evaluations
STALE, RISING = 0.5, 0.7  # of the run without a lower validation loss; rank correlation with time
LEAST, FAR = 6, 0.4  # evaluations alone; of the lowest: how far above it a rise of few must end
DOUBLED, SOON = 1.0, 0.25  # of the lowest; of the run: a rise so large needs to last no longer


def rises_at_once(train_loss: Scalar, val_loss: Scalar, climb: float) -> list[Finding]:
    """Three to five evaluations, each higher than the one before from the first or the second on."""
    v = val_loss.finite()
    low = int(v.values.argmin())
    surely = THREE if len(v) - low == SHORTEST else 1.0
    if low > 1 or len(v) - low < SHORTEST or not (np.diff(v.values[low:]) > 0).all() or not len(train_loss.finite()):
        return []
    excess, best, last = float(v.values[-1] / v.values[low] - 1), int(v.steps[low]), int(v.steps[-1])
    before, after = around(train_loss, best)
    if v.values[low] <= 0 or excess < climb * surely or not after < (1 - FITTED * surely) * before:
        return []
    found = Finding(
        f"Validation loss has only risen since its lowest ({v.values[low]:.3g} at step {best}), by {percent(excess)} over {len(v) - low} "
        f"evaluations to {v.values[-1]:.3g} at step {last}, while training loss fell from {before:.3g} to {after:.3g}.",
        (
            Evidence("val_loss", best, last, "rise above its minimum", excess, climb),
            fell_meanwhile(best, last, before, after),
        ),
        confidence=confidence(excess, climb),
    )
    return [found]


def never_back(train_loss: Scalar, val_loss: Scalar, val_accuracy: Scalar | None, better: float) -> list[Finding]:
    """Few evaluations, none of which came back near the lowest, while the training loss lost much of itself: noise does not do that.

    Where one or two have come since, the last must lie higher by far. Not where a score took away `better` of the errors meanwhile.
    """
    v = val_loss.finite()
    if not SHORTEST <= len(v) < VALIDATIONS or not len(train_loss.finite()):
        return []
    low = int(v.values.argmin())
    lowest, since = float(v.values[low]), v.values[low + 1 :]
    later = since[1:] if len(since) >= MANY_SINCE else since  # right after the lowest it may still be near
    if lowest <= 0 or not len(since) or later.min() < (1 + NEAR) * lowest:
        return []
    best, last, excess = int(v.steps[low]), int(v.steps[-1]), float(since[-1] / lowest - 1)
    before, after = around(train_loss, best)
    if excess < BY.get(len(since), BY_SOME) or not after < (1 - WENT_ON) * before or eased(val_accuracy, best, better):
        return []
    found = Finding(
        f"Validation loss was lowest at step {best} ({lowest:.3g}) and never near that again in {len(since)} evaluations: at step {last} "
        f"it lay {percent(excess)} above it ({since[-1]:.3g}), while training loss fell from {before:.3g} to {after:.3g}.",
        (
            Evidence("val_loss", best, last, "rise above its minimum", excess, BY_SOME),
            fell_meanwhile(best, last, before, after, WENT_ON),
        ),
        confidence=0.75,
    )
    return [found]


def rises_alone(val_loss: Scalar, alone: float, sigmas: float) -> Iterator[Finding]:
    """A validation loss that rises steadily, while nobody knows the training loss."""
    if 1 < len(val_loss.finite()) < VALIDATIONS and (found := _few_alone(val_loss.finite())) is not None:
        yield found
        return
    c = course(enough(val_loss, VALIDATIONS))
    val, best, low, end = c.smoothed, c.best, c.low, c.end
    first, last = int(val.steps[0]), int(val.steps[-1])
    excess = c.excess if low.value > 0 else 0.0
    stale = STALE if excess < DOUBLED else SOON
    if excess < alone or low.below(end) < sigmas or last - best < stale * (last - first) or rank_trend(val.between(best).values) < RISING:
        return
    yield _alone(c.told, alone)


def _few_alone(val_loss: Scalar) -> Finding | None:
    """Of six to eleven evaluations each of the last, three or more, lies above the one before, and the end far above the lowest."""
    values, low = val_loss.values, int(val_loss.values.argmin())
    since = values[low:]
    if len(values) < LEAST or len(since) <= SHORTEST or not (np.diff(since) > 0).all() or not since[-1] >= (1 + FAR) * since[0] > 0:
        return None
    return _alone(course(val_loss).told, FAR)


def _alone(told: Told, limit: float) -> Finding:
    return Finding(
        f"Validation loss has risen steadily by {percent(told.excess)} since its {told.lowest_said}, to {told.end_said}. "
        "No training loss was logged; if it fell, the model overfits, and if it rose too, the training diverges.",
        (Evidence("val_loss", told.best, told.last, "rise above its minimum", told.excess, limit),),
        confidence=0.75,
    )
