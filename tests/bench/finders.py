"""Our own ways to a learning rate: the race, the quick range test and the usual rate of the optimizer."""

from dataclasses import dataclass
from types import SimpleNamespace

import numpy as np

from probes.learning_rate.optimizers import usual_rate
from probes.measurements import lr_range_test, rate_race
from probes.probing.stages import BRACKET, RACE
from tests.bench.truth import Task


@dataclass(frozen=True)
class Found:
    """A suggested learning rate, its interval where there is one, and the optimizer steps it took; no rate where there was no answer."""

    lr: float | None
    steps: int
    low: float = np.nan
    high: float = np.nan


def table(rows) -> SimpleNamespace:
    """The columns of rows, as the runner logs them."""
    rows = list(rows)
    return SimpleNamespace(**{column: np.array([float(row[column]) for row in rows]) for column in rows[0]})


def race(task: Task, schedule: str, steps: int, seed: int) -> Found:
    """A short range test, then the race."""
    training = task.training(seed)
    edge = lr_range_test.unstable(table(lr_range_test.measure(training, steps=BRACKET, seed=seed)))
    rows = rate_race.measure(training, edge=edge, planned=steps, schedule=schedule, budget=RACE[1], seed=seed)
    found = rate_race.suggested(table(rows))
    return Found(found.value, training.taken, found.low or np.nan, found.high or np.nan)


def quick(task: Task, schedule: str, steps: int, seed: int) -> Found:
    training = task.training(seed)
    found = lr_range_test.suggested(table(lr_range_test.measure(training, seed=seed)))
    return Found(found.value, training.taken, found.low or np.nan, found.high or np.nan)


def today(task: Task, schedule: str, steps: int, seed: int) -> Found:
    return Found(task.training(seed).lr, 0)


def folk(task: Task, schedule: str, steps: int, seed: int) -> Found:
    return Found(usual_rate(task.training(seed).hparams), 0)


OWN = {"race": race, "quick": quick, "folk default": folk, "today's rate": today}
