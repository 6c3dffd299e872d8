"""Losses that do not move at all, to digits that any step of training would change."""

import numpy as np

from advisor.finding import Evidence, Finding
from advisor.scalar import Scalar
from advisor.statistics.curve_shape import ENOUGH
from advisor.statistics.noise import rank_trend
from advisor.wording import percent

SURELY = 4.0  # standard errors of a rank correlation with time
SAME, POINTS = 1e-5, 5  # of itself: a loss printed to more digits than vary; points
STANDS, MOSTLY = 1e-6, 0.95  # of itself: what 32 bits can hardly tell apart; of the points of the second half
UNMOVED, FEWEST = 1e-3, 4  # of the loss; points
OTHERS = 5  # times as far a validation loss may lie from itself that ended no lower: it is of other examples, and of fewer


def same_number(train_loss: Scalar | None, fewer_than: int | None = None) -> Finding | None:
    """All points are one number to its last digit, of which there are more than three: nothing was trained between them.

    Only of fewer points than are given, where a number is; and not where it surely falls from one to the next, however little.
    """
    if train_loss is None or not POINTS <= len(c := train_loss.finite()) < (fewer_than or len(c) + 1) or len(c) < len(train_loss):
        return None
    value, rest = float(np.median(c.values)), c.values[1:]
    if np.ptp(rest) > SAME * abs(value) or abs(c.values[0] - value) > SAME * abs(value) or value == float(f"{value:.3g}"):
        return None
    if rank_trend(c.values) * np.sqrt(len(c) - 1) < -SURELY:
        return None
    first, last = int(c.steps[0]), int(c.steps[-1])
    return Finding(
        f"Training loss is {value:.6g} at each of its {len(c)} points (steps {first} to {last}): nothing that it depends on was trained.",
        (Evidence("train_loss", first, last, "largest difference as a share of the loss", float(np.ptp(c.values) / abs(value)), SAME),),
        confidence=0.9,
    )


def one_number_since(values: np.ndarray, value: float, same: float) -> int:
    """The place in `values`, shape (n,), from which on all are this value but for a share `same` of it; n where the last is another."""
    away = np.flatnonzero(np.abs(values - value) > same * abs(value))
    return int(away[-1]) + 1 if len(away) else 0


def stood_still_since(train_loss: Scalar) -> int | None:
    """The step from which on, for half of the run at least, a loss that had moved is one number to its last digit; None where it is none.

    Weights that are trained move it by more, however little they learn: whatever it is made of answers the same to all that comes.
    """
    c = train_loss.finite()
    late = c.values[len(c) // 2 :]
    if len(c) < ENOUGH or (value := float(np.median(late))) == float(f"{value:.3g}"):
        return None
    there = np.abs(c.values - value) <= STANDS * abs(value)
    if there[len(c) // 2 :].mean() < MOSTLY or abs(c.values[0] - value) <= SAME * abs(value):
        return None
    return int(c.steps[int(there.argmax())])


def nothing_moves(train_loss: Scalar | None, val_loss: Scalar | None) -> Finding | None:
    """Four to nine points of both losses, none of which lies further from the others than noise of next to nothing.

    A validation loss that ended where it began may have moved by more between.
    """
    curves = {n: c.finite() for n, c in (("train_loss", train_loss), ("val_loss", val_loss)) if c is not None}
    if len(curves) < 2 or not all(FEWEST <= len(c) < ENOUGH for c in curves.values()):
        return None
    t, v = curves.values()
    moved = {n: float(np.ptp(c.values) / max(abs(c.values[0]), 1e-300)) for n, c in curves.items()}
    back = abs(v.values[-1] - v.values[0]) <= UNMOVED * abs(v.values[0])
    limits = {"train_loss": UNMOVED, "val_loss": UNMOVED * (OTHERS if back else 1)}
    if any(moved[n] > limits[n] for n in curves) or not all(printed_finely(c.values) for c in curves.values()):
        return None
    return Finding(
        f"Neither loss moved: training loss is {t.values[-1]:.5g} and validation loss {v.values[-1]:.5g} at all of their {len(t)} and "
        f"{len(v)} points (steps {t.steps[0]} to {t.steps[-1]}), to {percent(max(moved.values()))}.",
        tuple(
            Evidence(n, int(c.steps[0]), int(c.steps[-1]), "largest difference as a share of the loss", moved[n], limits[n])
            for n, c in curves.items()
        ),
        confidence=0.85,
    )


def printed_finely(values: np.ndarray) -> bool:
    """Whether values, shape (n,), were printed to more digits than are the same in all: then the loss stood still, and not its print."""
    return len(np.unique(values)) > len(values) / 2
