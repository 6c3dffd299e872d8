"""Curves counted in different units, put on one axis: validation over epochs onto the steps of training."""

from dataclasses import replace

import numpy as np

from advisor.run import Run
from advisor.scalar import Scalar

APART = 2.0  # an axis ends this many times before or beyond the training's: it counts something else
COVERED = 0.75  # share of the training's time after which the other curve's last point was logged: both tell of the same period
TOGETHER = ("val_loss", "val_accuracy", "train_accuracy", "lr", "grad_norm")


def aligned(run: Run) -> Run:
    """The run with every signal that counts other units than the training loss on the training's steps, as a note says.

    Points go by their wall time, or where the format has none, by the run's own epoch scalar; where neither tells, a curve stays as it is.
    """
    train = run.signal("train_loss")
    if train is None or len(train) < 2:
        return run
    moved, notes = {}, []
    for name in TOGETHER:
        curve = run.signal(name)
        if curve is None or curve.tag in moved or curve.tag not in run.scalars or not _counts_otherwise(train, curve):
            continue
        steps, by = _steps(train, run.signal("epoch"), curve)
        if steps is not None:
            moved[curve.tag] = replace(curve, steps=steps)
            notes.append(f"{curve.tag} counts other steps than {train.tag} and was put on its steps by {by}")
    return replace(run, scalars={**run.scalars, **moved}, notes=(*run.notes, *notes)) if moved else run


def _counts_otherwise(train: Scalar, curve: Scalar) -> bool:
    a, b = int(train.steps[-1]), int(curve.steps[-1])
    return a > 0 and b >= 0 and (b * APART < a or b > a * APART)


def _steps(train: Scalar, epoch: Scalar | None, curve: Scalar) -> tuple[np.ndarray | None, str]:
    """The training's step at each point of the curve, and what told it; None where nothing does."""
    if np.isfinite(train.wall).all() and np.isfinite(curve.wall).all():
        began, ended = train.wall.min(), train.wall.max()
        if ended > began and began + COVERED * (ended - began) <= curve.wall.max() <= ended + (1 - COVERED) * (ended - began):
            return _read_off(curve.wall, np.maximum.accumulate(train.wall), train.steps), "wall time"
        return None, ""
    if epoch is not None and curve.steps[-1] <= epoch.values.max() + 1:
        return _read_off(curve.steps, np.maximum.accumulate(epoch.values), epoch.steps), "the epoch logged"
    return None, ""


def _read_off(x: np.ndarray, xp: np.ndarray, steps: np.ndarray) -> np.ndarray:
    return np.maximum.accumulate(np.round(np.interp(x, xp, steps)).astype(np.int64))
