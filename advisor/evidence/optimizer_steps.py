"""How many optimizer steps a run took, which is not how many points it has: a training of five points may have 50,000."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from advisor.run import Run
from advisor.scalar import Scalar
from advisor.statistics.training_length import plan

EPOCHS = 2_000  # more are seldom run: a counter that goes further counts no epochs


def optimizer_steps(run: Run) -> float | None:
    """The optimizer steps of the whole training as planned, else of what was logged; None where the log does not tell."""
    return steps_of(run.signal("train_loss"), run.signal("epoch"), run.signal("hparams"))


def steps_of(loss: Scalar | None, epoch: Scalar | None, hparams: Mapping[str, Any] | None) -> float | None:
    """The same of a training loss, of the epochs beside it, and of hyperparameters.

    A counter that is never read beside a number of epochs is one of steps where points lie further than one apart, or where it goes on for
    longer than epochs do.
    """
    if loss is None or not len(loss):
        return None
    known = plan(loss, epoch, hparams)
    if known.updates is not None:
        return float(known.updates)
    last = float(loss.steps[-1])
    apart = float(np.median(np.diff(loss.steps))) if len(loss) > 1 else 0.0
    return last if known.epochs is None and (apart > 1 or last > EPOCHS) else None
