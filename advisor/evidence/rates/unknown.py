"""By how many times to move a learning rate that was not logged: the curve tells the direction, and bounds how far."""

import numpy as np

from advisor.evidence.learning_rate import nice_rate
from advisor.evidence.rates.before_and_after import lost_of_start
from advisor.evidence.rates.known import MOST
from advisor.scalar import Scalar
from advisor.statistics.noise import noise, typical_spacing

LEAST_UP = 3.0  # times: what lies nearer is no other rate to a training that hardly moved
AROUND = 3.0  # times: as far on either side a good rate may lie
BORNE = 20  # points, or so many spacings of them, before a loss was lost
LITTLE_LESS = 0.3  # of the rate
MUCH = 0.5  # of its start: a loss that lost so much is trained well, if not steadily
NO_HIGHER = 1.25  # times the first point


def moved_unknown(loss: Scalar, sign: int) -> tuple[float, tuple[float, float], str]:
    """The factor, the range worth trying, and what leads there beside the direction; `sign` is -1 for a rate that must fall.

    One that a training bore for long and then did not is hardly above what it bears: a third of it, from before the loss was lost.
    """
    if sign > 0:
        return times_up(loss), (LEAST_UP, MOST), ""
    if learned_at(loss):
        return LITTLE_LESS, (1 / MOST, 0.5), "the training loss lost most of its start at this one all the same: try a third of it; "
    if (step := borne_until(loss)) is not None:
        return LITTLE_LESS, (1 / MOST, 0.5), f"this one was borne until step {step}: try a third of it, from a checkpoint before that; "
    return 1 / MOST, (1 / MOST, 1 / AROUND), ""


def learned_at(loss: Scalar) -> bool:
    """Whether a training loss ended far below its start, at the rate that it has."""
    fall = lost_of_start(loss)
    return fall is not None and fall >= MUCH and bool(np.isfinite(loss.values[-1]))


def times_up(loss: Scalar) -> float:
    """How many times it may rise: until the share of the loss that it lost would be all of it, between three and ten."""
    fall = lost_of_start(loss)
    return MOST if not fall else float(np.clip(nice_rate(1 / fall), LEAST_UP, MOST))


def borne_until(loss: Scalar) -> int | None:
    """The last step at which a loss was a number that never was one again, where it had fallen or lain level for long; else None."""
    lost = ~np.isfinite(loss.values)
    if not len(loss) or not lost[-1] or lost[0]:
        return None
    before = loss[: int(lost.argmax())]
    spacings = (before.steps[-1] - min(before.steps[0], 0)) / typical_spacing(loss.steps)  # those before a log that begins late count too
    level, start = float(np.median(before.values[-BORNE // 5 :])), float(before.values[0])
    long = spacings >= BORNE and lost[lost.argmax() :].all()
    return int(before.steps[-1]) if long and level <= max(start, NO_HIGHER * start) + noise(before.values) else None
