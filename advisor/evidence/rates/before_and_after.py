"""What a run tells of its loss untrained, of what training took from it, and of the rate that it was lost at."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from advisor.evidence.learning_rate import beyond_any_task, peak_lr
from advisor.run import Run
from advisor.scalar import Scalar
from advisor.statistics.curve_shape import ENOUGH, shape
from advisor.statistics.few_points import LEAST, fell, few


def first_loss(
    train_loss: Scalar | None, val_loss: Scalar | None, lr: Scalar | None, hparams: Mapping[str, Any] | None, sign: int = 1
) -> float | None:
    """The size of the loss before it was trained: the smaller first value of both losses, for one may be lost before it is logged.

    At a rate that is too high the first may lie far above that, so there it is the smallest of all; and a handful of means of epochs tell
    nothing of it, where the rate is above what any task uses.
    """
    if sign < 0 and few(train_loss) is not None and beyond_any_task(lr, hparams) > 0:
        return None
    curves = [c.finite().values for c in (train_loss, val_loss) if c is not None]
    return min((float(np.abs(v[: 1 if sign > 0 else None]).min()) for v in curves if len(v)), default=None)


def lost_of_start(loss: Scalar) -> float | None:
    """The share of its start that the loss lost, 0 where it rose; None where it was lost itself."""
    if not len(loss) or not np.isfinite(loss.values[-1]) or len(loss) < LEAST:
        return None
    return max(0.0, fell(loss.values) if len(loss.finite()) < ENOUGH else shape(loss).fall)


def rate_at_failure(run: Run) -> float | None:
    """The rate at which the loss was lost: under a warm-up less than the peak, which it never bore."""
    peak, lr, loss = peak_lr(run.signal("lr"), run.signal("hparams")), run.signal("lr"), run.signal("train_loss")
    lost = np.flatnonzero(~np.isfinite(loss.values))
    if lr is None or not len(lost) or not len(used := lr.finite().between(last=loss.steps[lost[0]])):
        return peak
    return float(used.values.max()) or peak
