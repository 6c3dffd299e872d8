"""How much training a run is: its optimizer steps, its passes over the data, and the examples there are."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from advisor.scalar import Scalar
from advisor.signals.devices import ALL_DEVICES, OneDevice
from advisor.signals.hparams import as_number

ROUNDED = 0.02  # of the epochs: as much less than were set may have been done all the same


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


def whole_batch(hparams: Mapping[str, Any] | None) -> float | None:
    """The examples of a batch on all devices together; None where the size is that of one device and nobody tells how many there were."""
    size, devices = as_number(hparams, "batch_size"), as_number(hparams, "devices")
    if not isinstance((hparams or {}).get("batch_size"), OneDevice):
        return size
    return size * devices if size and devices and devices >= 1 else None


def examples_a_step(hparams: Mapping[str, Any] | None) -> float | None:
    """The examples behind an optimizer step, on all devices and with all that is accumulated; None where that is not known."""
    batch = whole_batch(hparams)
    told = next((size for name in ALL_DEVICES if (size := as_number(hparams, name)) and size >= 1), None)
    return told or (batch * (as_number(hparams, "accumulation_steps") or 1) if batch else None)


def ended_by(hparams: Mapping[str, Any] | None, epoch: Scalar | None = None) -> str:
    """Which hyperparameter ends the training where it does: "max_steps" or "epochs".

    Where both were set it is the one that comes first: programs that were told steps write the epochs that these reach into, rounded up.
    """
    epochs, steps = as_number(hparams, "epochs"), as_number(hparams, "max_steps")
    if not epochs or not steps:
        return "max_steps" if steps else "epochs"
    done = epoch.finite() if epoch is not None else None
    if done is None or not len(done) or done.steps[-1] <= 0:
        return "epochs"
    counted = bool((done.values == np.round(done.values)).all() and done.values.min() == 0)  # epochs that have begun: one more is underway
    reached = (float(done.values[-1]) + counted) * steps / float(done.steps[-1])
    return "max_steps" if 0 < reached < (1 - ROUNDED) * epochs else "epochs"


def plan(train_loss: Scalar, epoch: Scalar | None = None, hparams: Mapping[str, Any] | None = None) -> Plan:
    """Steps are taken as optimizer steps where a curve of epochs or a number of steps shows that they are not epochs."""
    span = float(train_loss.steps[-1] - train_loss.steps[0]) + 1
    done = epoch.finite().values if epoch is not None else np.array([])
    epochs = as_number(hparams, "epochs") or (float(done.max()) if len(done) and done.max() > 0 else None)
    examples, told = as_number(hparams, "train_size"), as_number(hparams, "max_steps")
    examples = None if examples is None or examples <= 1 else examples  # a share of the data is no number of examples
    batch = examples_a_step(hparams)
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
