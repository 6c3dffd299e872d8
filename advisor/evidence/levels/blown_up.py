"""A loss of a handful of points, or a score, that ended far from what it had reached: found without a trend, by its levels."""

import numpy as np

from advisor.anchors.scores import share
from advisor.finding import Evidence, Finding
from advisor.scalar import Scalar
from advisor.signals.tags import meaning
from advisor.statistics.few_points import few
from advisor.statistics.lost_again import BACK, FEWEST, HIGHER, TIMES, given_back, lifted, lost_at_once, only_rises
from advisor.wording import LOSSES

LEAST = 5  # evaluations of a score


def blown_up(train_loss: Scalar) -> Finding | None:
    """Four to nine points of the training loss, the last of which lie far above those before, or gave back what had been won."""
    values = few(train_loss)
    if values is None:
        return None
    if (place := lifted(values)) is not None:
        return _lifted(train_loss, place, "train_loss")
    if only_rises(values):
        return _rose(train_loss)
    return None if (place := given_back(values)) is None else _undone(train_loss, place, "train_loss")


def _undone(loss: Scalar, place: int, signal: str) -> Finding:
    values = loss.values
    low, last = int(values[:place].argmin()), int(loss.steps[-1])
    lost = float((values[-1] - values[low]) / (values[0] - values[low]))
    return Finding(
        f"{LOSSES[signal]} fell from {values[0]:.3g} to {values[low]:.3g} by step {loss.steps[low]} and was back at {values[-1]:.3g} at "
        f"step {last}, the last of {len(values)} points.",
        (Evidence(signal, int(loss.steps[low]), last, "share of the fall undone", lost, BACK),),
        confidence=0.8,
    )


def _rose(train_loss: Scalar) -> Finding:
    values, first, last = train_loss.values, int(train_loss.steps[0]), int(train_loss.steps[-1])
    times = float(values[-1] / values[0])
    return Finding(
        f"Training loss rose at each of its {len(values)} points, from {values[0]:.3g} at step {first} to {values[-1]:.3g} at step {last}.",
        (Evidence("train_loss", first, last, "last point over the first", times, HIGHER),),
        confidence=0.8,
    )


def thrown_up_alone(val_loss: Scalar) -> Finding | None:
    """A validation loss beside which no training loss was logged: thrown up at once, which no overfitting does."""
    c = val_loss.finite()
    if len(c) < len(val_loss):
        return None
    if (place := lifted(c.values)) is not None and abrupt(c.values, place):
        return _lifted(c, place, "val_loss")
    place = lost_at_once(c.values) if len(c) > FEWEST and (c.values > 0).all() else None
    return None if place is None else _undone(c, place, "val_loss")


def abrupt(values: np.ndarray, place: int) -> bool:
    """Whether values, shape (n,), rose there within one point by more than they do in all the others after it."""
    rises = np.log(values[1:] / values[:-1])
    return bool(rises[place - 1] >= np.log(TIMES) and rises[place - 1] >= np.abs(rises[place:]).max(initial=0.0))


def _lifted(loss: Scalar, place: int, signal: str) -> Finding:
    before, after, last = loss.values[:place], loss.values[place:], int(loss.steps[-1])
    times = float(after.min() / before.max())
    return Finding(
        f"{LOSSES[signal]} rose from {before[-1]:.3g} to {after[0]:.3g} at step {loss.steps[place]} and lay no lower than "
        f"{after.min():.3g} in any of its {len(after)} points since, {times:,.3g} times the highest before, to step {last}.",
        (Evidence(signal, int(loss.steps[place]), last, "lowest level since over the highest before", times, TIMES),),
        level="error" if len(after) > 1 else "warning",
        confidence=0.9,
    )


def score_lost(score: Scalar | None) -> Finding | None:
    """An accuracy beside which no loss was logged: what it had gained was lost, and did not come back."""
    known = None if score is None else meaning(score.tag)
    if score is None or known is None or known.rank or (parts := share(score)) is None or not LEAST <= len(parts) == len(score):
        return None
    if (place := given_back(1 - parts) if (parts < 1).all() else None) is None:
        return None
    best, last = int(parts[:place].argmax()), int(score.steps[-1])
    left = float(parts[-1] / parts[best])
    return Finding(
        f"Accuracy was up to {score.values[best]:.3g} at step {score.steps[best]} and no higher than {score.values[place:].max():.3g} from "
        f"step {score.steps[place]} on, to step {last}: what was learned was lost.",
        (Evidence("val_accuracy", int(score.steps[best]), last, "share of the best accuracy left", left, 1 - BACK),),
        confidence=0.8,
    )
