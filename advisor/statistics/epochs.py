"""Where the epochs of a run begin, in steps of its training loss."""

from itertools import pairwise

import numpy as np

from advisor.scalar import Scalar
from advisor.signals.hparams import as_number
from advisor.statistics.curve_shape import CannotTell
from advisor.statistics.training_length import whole_batch

LOGGED = 10  # points of the loss an epoch: fewer show nothing of its inside
EPOCHS = 3


def epochs_of(train_loss: Scalar, epoch: Scalar | None = None, val_loss: Scalar | None = None, hparams=None) -> list[Scalar]:
    """The training loss of each epoch that is logged as a whole: by the epoch logged, the number of epochs set, or the validations.

    Raises
    ------
    CannotTell
        Nothing tells where epochs begin, or there are too few points in one or too few epochs.
    """
    s = train_loss.finite()
    if len(s) < EPOCHS * LOGGED:
        raise CannotTell(f"{train_loss.tag or 'the training loss'} has too few points to show epochs")
    begins = _begins(s, epoch, val_loss, hparams)
    if begins is None or len(begins) < EPOCHS + 1:
        raise CannotTell("nothing logged tells where at least three epochs begin")
    places = np.searchsorted(s.steps, begins)
    if np.median(np.diff(places)) < LOGGED:
        raise CannotTell(f"fewer than {LOGGED} points of the training loss were logged in an epoch")
    return [s[a:b] for a, b in pairwise(places.tolist()) if b - a >= LOGGED]


def parts(curve: Scalar, steps: int) -> list[Scalar]:
    """The curve in spans of so many steps, the last whole one at the end; spans without a point are none."""
    s = curve.finite()
    span = (s.steps - s.steps[0]) // max(steps, 1)
    begins = np.flatnonzero(np.diff(span, prepend=-1))
    ends, last = [*begins[1:].tolist(), len(s)], (int(s.steps[-1] - s.steps[0]) + 1) // max(steps, 1)
    return [s[a:b] for a, b in zip(begins.tolist(), ends, strict=True) if span[a] < last]


def _begins(s: Scalar, epoch: Scalar | None, val_loss: Scalar | None, hparams) -> np.ndarray | None:
    """Steps at which epochs begin, and the one at which the last of them ends."""
    first, last = int(s.steps[0]), int(s.steps[-1])
    if epoch is not None and len(e := epoch.finite()) > EPOCHS and np.ptp(e.values) >= EPOCHS - 1:
        _need_points(s, abs(e.values[-1] - e.values[0]))
        whole = np.arange(np.ceil(e.values[0]), np.floor(e.values[-1]) + 1)
        if not len(whole):
            return None  # it fell
        if np.array_equal(e.values, np.round(e.values)):  # a counter: the step at which it first shows a number
            begins = np.array([e.steps[np.argmax(e.values >= n)] for n in whole], float)
        else:
            begins = np.interp(whole, np.maximum.accumulate(e.values), e.steps)
        return _with_ends(np.unique(begins), first, last)
    batch, examples = whole_batch(hparams), as_number(hparams, "train_size")
    if batch and examples and batch <= examples / 2:
        length = np.ceil(examples / batch)
        if EPOCHS * length <= last - first + 1:
            _need_points(s, (last - first) / length)
            return np.arange(first, last + 2, length)
    count = as_number(hparams, "epochs")
    if count and count >= EPOCHS and count == round(count):
        _need_points(s, count)
        return np.linspace(first, last + 1, int(count) + 1)
    if val_loss is not None and len(v := val_loss.finite()) >= EPOCHS:
        between = np.diff(v.steps)
        if len(between) and between.min() > 0 and np.ptp(between) <= 0.05 * np.median(between):
            return _with_ends(np.unique(v.steps.astype(float)), first, last)
    return None


def _need_points(s: Scalar, epochs: float) -> None:
    """No array is made by a number in a log alone: an epoch of which not a point was logged shows nothing.

    Raises
    ------
    CannotTell
        There are more epochs than points.
    """
    if not epochs <= len(s):
        raise CannotTell(f"fewer than {LOGGED} points of the training loss were logged in an epoch")


def _with_ends(begins: np.ndarray, first: int, last: int) -> np.ndarray:
    """With the run's own first step and its end where a whole epoch lies before or after."""
    length = float(np.median(np.diff(begins))) if len(begins) > 1 else float(last - first)
    before = [float(first)] if begins[0] - first > 0.9 * length else []
    after = [last + 1.0] if last + 1 - begins[-1] > 0.9 * length else []
    return np.concatenate([before, begins, after])
