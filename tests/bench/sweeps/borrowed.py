"""Tasks of the bench of probes, tests/bench/tasks, as sweeps take them."""

import contextlib
import io
from collections.abc import Callable

import torch

from probes.trainings import model_file
from tests.bench.sweeps.training import Task
from tests.bench.truth import TASKS
from tests.measurements.copies import tensors

HELD = 5  # one example in so many validates
MOST = 3000  # examples


def borrowed(name: str) -> Callable[[], Task]:
    """What makes the task of this file, under its name without the optimizer."""

    def task() -> Task:
        path = next(path for path in TASKS if path.stem == name)
        with contextlib.redirect_stdout(io.StringIO()), model_file.imported(path) as module:  # the Zen of Python prints itself
            x, y = tensors(module.dataset())
            order = torch.randperm(len(x))[:MOST]
            x, y, model, held = x[order], y[order], module.model(), len(order) // HELD
            loss = module.loss

        def of(batch: torch.Tensor) -> torch.Tensor:
            return loss(model(x[batch]), y[batch])

        return Task(model, of, len(x) - held, lambda: {"val_loss": float(of(torch.arange(len(x) - held, len(x))))})

    task.__name__ = name.rpartition("_")[0]
    return task
