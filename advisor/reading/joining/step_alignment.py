"""Curves counted in different units, put on one axis: validation over epochs onto the steps of training."""

from dataclasses import replace

import numpy as np

from advisor.reading.step_falls import STUB
from advisor.reading.wall_time import in_seconds
from advisor.run import Run
from advisor.scalar import Scalar
from advisor.statistics.noise import typical_spacing

APART = 2.0  # an axis ends this many times before or beyond the other's: it counts something else
COVERED = 0.75  # share of the training's time after which the other curve's last point was logged: both tell of the same period
AT_ONCE = 1e-3  # seconds a point; whatever was written faster was written by no training
UNIX_TIME = 10**9
MILLISECONDS = 1e11  # seconds since the epoch above this are milliseconds, or finer
TOGETHER = ("train_loss", "val_loss", "val_accuracy", "train_accuracy", "lr", "grad_norm")


def aligned(run: Run) -> Run:
    """The run with its signals on the steps of one of them: the training loss, or the validation loss where that tells finer.

    Points go by their wall time, or where the format has none by the run's own epoch scalar, or where only the ends match, evenly. Where
    nothing tells, a curve stays as it is. Each is said in a note.
    """
    main = _main(run)
    moved: dict[str, Scalar] = {}
    notes: list[str] = []
    for curve in filter(None, map(run.signal, TOGETHER)):
        if main is None or not len(curve) or curve.tag == main.tag or curve.tag in moved or curve.tag not in run.scalars:
            continue
        steps, said = _placed(main, run.signal("epoch"), curve) if _counts_otherwise(main, curve) else _from_the_same(main, curve)
        if steps is not None:
            moved[curve.tag] = replace(curve, steps=steps)
        if steps is not None or (len(curve) >= STUB and said not in notes):
            notes += [said] * bool(said)
    return replace(run, scalars={**run.scalars, **moved}, notes=(*run.notes, *notes)) if notes else run


def _main(run: Run) -> Scalar | None:
    """The training loss; but the validation loss, where that counts otherwise and has more points."""
    train, val = run.signal("train_loss"), run.signal("val_loss")
    if train is None or len(train) < 2:
        return None
    finer = val is not None and len(val) > APART * len(train) and _counts_otherwise(train, val) and val.steps[-1] > train.steps[-1]
    return val if finer else train


def _counts_otherwise(main: Scalar, curve: Scalar) -> bool:
    a, b = int(main.steps[-1]), int(curve.steps[-1])
    return a > 0 and b >= 0 and (b * APART < a or b > a * APART)


def _placed(main: Scalar, epoch: Scalar | None, curve: Scalar) -> tuple[np.ndarray | None, str]:
    """The main curve's step at each point of the curve, None where nothing tells; and what is to be said of it."""
    put = f"{curve.tag} counts other steps than {main.tag} and was put on its steps by"
    times = _times(main, curve)
    if times is not None:
        began, ended = times[0].min(), times[0].max()
        if began + COVERED * (ended - began) <= times[1].max() <= ended + (1 - COVERED) * (ended - began):
            return _read_off(times[1], np.maximum.accumulate(times[0]), main.steps), f"{put} wall time"
        return None, ""
    if epoch is not None and (steps := _by_epoch(epoch.finite(), curve)) is not None:
        return steps, f"{put} the epoch logged"
    if _is_count_of_epochs(main, curve):
        n = len(curve)
        evenly = f"{curve.tag} counts {n} epochs and {main.tag} steps, and nothing logged tells when each ended: they were spread evenly"
        return np.round(main.steps[-1] * np.arange(1, n + 1) / n).astype(np.int64), evenly
    return None, f"{curve.tag} seems to count other steps than {main.tag}, but nothing logged tells how they go together: both were left"


def _times(main: Scalar, curve: Scalar) -> tuple[np.ndarray, np.ndarray] | None:
    """When the points of both were logged, in seconds; None where that is not known, or was the moment somebody copied them."""
    its = curve.steps if curve.steps[0] >= UNIX_TIME > main.steps[-1] else curve.wall
    times = in_seconds(main.wall), in_seconds(its)
    both = np.concatenate(times)
    if not np.isfinite(both).all() or np.ptp(times[0]) <= 0 or np.ptp(both) < AT_ONCE * len(both):
        return None
    return times


def _by_epoch(epoch: Scalar, curve: Scalar) -> np.ndarray | None:
    """The last step of each epoch that the curve counts, from 0 or from 1; None where it does not count these epochs."""
    if not len(epoch):
        return None
    done = np.maximum.accumulate(epoch.values)
    ahead = round(float(done[-1])) - int(curve.steps[-1])
    if not -1 <= ahead <= (1 - COVERED) * done[-1] + 1:
        return None
    at = curve.steps + (ahead if abs(ahead) == 1 else 0)
    return epoch.steps[np.maximum(np.searchsorted(done, at, side="right") - 1, 0)]


def _is_count_of_epochs(main: Scalar, curve: Scalar) -> bool:
    """Whether the curve counts 0, 1, 2 … or 1, 2, 3 … while the main one counts, at an even pace from its start, many steps to each."""
    apart = np.diff(main.steps)
    counted = len(curve) >= STUB and curve.steps[0] in (0, 1) and bool((np.diff(curve.steps) == 1).all())
    even = bool((apart <= 2 * np.median(apart)).mean() > 0.9) and main.steps[0] <= 2 * typical_spacing(main.steps)
    return counted and even and len(main) >= len(curve) and main.steps[-1] >= APART * len(curve)


def _from_the_same(main: Scalar, curve: Scalar) -> tuple[np.ndarray | None, str]:
    """The curve's steps where both count the same epochs, the one from 0 and the other from 1."""
    shift = int(main.steps[0]) - int(curve.steps[0])
    if len(main) != len(curve) or abs(shift) != 1 or not (np.diff(main.steps) == 1).all() or not (np.diff(curve.steps) == 1).all():
        return None, ""
    times = _times(main, curve)
    if times is not None and not ((times[1] >= times[0]) & (times[1] <= np.append(times[0][1:], np.inf))).all():
        return None, ""
    said = f"{curve.tag} counts epochs from {curve.steps[0]} and {main.tag} from {main.steps[0]}: it was put on the steps of the latter"
    return curve.steps + shift, said


def _read_off(x: np.ndarray, xp: np.ndarray, steps: np.ndarray) -> np.ndarray:
    return np.maximum.accumulate(np.round(np.interp(x, xp, steps)).astype(np.int64))
