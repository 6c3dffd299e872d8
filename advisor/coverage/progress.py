"""How far a training came of what was planned, and how many optimizer steps lie behind a point of its loss."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from advisor.run import Run
from advisor.scalar import Scalar
from advisor.signals.hparams import as_number
from advisor.statistics.training_length import examples_a_step

OVER = 1.05  # of what was planned: a count beyond is of something else
PASSES = 2.0  # steps an epoch: with more a step is no epoch


def progress(run: Run) -> tuple[float | None, float | None, str]:
    """What share of the plan was done, 0 to 1, and what was planned, in "epochs" or "steps"; None where that is not known."""
    hparams = run.signals.get("hparams") or {}
    for planned, count, unit in (
        (as_number(hparams, "epochs"), epochs_done(run), "epochs"),
        (steps_planned(hparams), last_step(run), "steps"),
    ):
        if planned and planned > 0 and count is not None and 0 < count <= OVER * planned:
            return float(min(count / planned, 1.0)), planned, unit
    return None, None, ""


def steps_planned(hparams: Mapping[str, Any]) -> float | None:
    """Optimizer steps that were planned, None where epochs were."""
    return found if (found := as_number(hparams, "max_steps")) and found > 0 else None


def epochs_done(run: Run) -> float | None:
    """Epochs done by the last point: by a curve of them, else by a counter that can only be one of epochs; None where none is."""
    epoch = run.signals.get("epoch")
    if isinstance(epoch, Scalar) and len(values := epoch.finite().values):
        counter = bool((values == np.round(values)).all()) and values.min() == 0
        return float(values.max()) + counter
    return None


def last_step(run: Run) -> float | None:
    """The last step of the training loss, as far as that counts optimizer steps."""
    loss = run.signals.get("train_loss")
    if not isinstance(loss, Scalar) or not len(loss) or not counts_batches(run):
        return None
    return float(loss.steps[-1])


def counts_batches(run: Run) -> bool:
    """Whether the steps of the training loss are seen to count batches: there are several to an epoch."""
    loss, epochs = run.signals.get("train_loss"), epochs_done(run)
    return isinstance(loss, Scalar) and len(loss) > 1 and bool(epochs) and float(np.ptp(loss.steps)) > PASSES * max(epochs or 0.0, 1.0)


def steps_per_point(run: Run) -> float | None:
    """Optimizer steps from one point of the training loss to the next, typically; None where that is not known."""
    loss, hparams = run.signals.get("train_loss"), run.signals.get("hparams") or {}
    if not isinstance(loss, Scalar) or len(np.unique(loss.steps)) < 2:
        return None
    spacing, epochs = float(np.median(np.diff(np.unique(loss.steps)))), epochs_done(run)
    if counts_batches(run):
        return spacing
    batch, examples = examples_a_step(hparams), as_number(hparams, "train_size")
    if not (batch and examples and batch > 0):
        return None
    is_epochs = epochs is not None and abs(float(np.ptp(loss.steps)) + 1 - epochs) <= 1
    return spacing * float(np.ceil(examples / batch)) if is_epochs else None
