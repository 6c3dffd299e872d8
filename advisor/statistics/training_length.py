"""How much training a run is: its optimizer steps, its passes over the data, and the examples there are."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from advisor.scalar import Scalar
from advisor.signals.hparams import as_number


@dataclass(frozen=True)
class Plan:
    """What the logs tell of it; None where they do not.

    Attributes
    ----------
    updates : float
        Optimizer steps.
    epochs : float
        Passes over the training set.
    examples : float
        Training examples.
    """

    updates: float | None
    epochs: float | None
    examples: float | None


def plan(train_loss: Scalar, epoch: Scalar | None = None, hparams: Mapping[str, Any] | None = None) -> Plan:
    """Steps are taken as optimizer steps where a curve of epochs or a number of steps shows that they are not epochs."""
    span = float(train_loss.steps[-1] - train_loss.steps[0]) + 1
    done = epoch.finite().values if epoch is not None else np.array([])
    epochs = as_number(hparams, "epochs") or (float(done.max()) if len(done) and done.max() > 0 else None)
    batch, examples, told = (as_number(hparams, name) for name in ("batch_size", "train_size", "max_steps"))
    examples = examples if examples and examples > 1 else None  # a train_size of 0.8 is a share
    batch = batch * (as_number(hparams, "accumulation_steps") or 1) if batch else None
    updates = told if told and told > 0 else None
    if updates is None and epochs and batch and examples:
        updates = epochs * np.ceil(examples / batch)
    if updates is None and epochs and span > 2 * epochs:
        updates = span
    if epochs is None and updates and batch and examples:
        epochs = updates * batch / examples
    if examples is None and updates and batch and epochs and epochs > 1:
        examples = updates * batch / epochs
    return Plan(updates, epochs, examples)
