"""Our own ways to a learning rate: the race, the quick range test and the usual rate of the optimizer."""

import tempfile
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace

import numpy as np

from probes.learning_rate.optimizers import usual_rate
from probes.measurements import lr_range_test, rate_race
from probes.probing import beside_today, stages
from probes.probing.run_directory import RunDirectory
from probes.probing.scope import Scope
from probes.probing.session import Session
from probes.probing.stages import BRACKET, RACES
from probes.process.allowance import Allowance
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


def race(task: Task, schedule: str, steps: int | None, seed: int) -> Found:
    """A short range test, then the race."""
    training = task.training(seed)
    edge = lr_range_test.unstable(table(lr_range_test.measure(training, steps=BRACKET, seed=seed)))
    rows = rate_race.measure(training, edge=edge, planned=steps, schedule=schedule, budget=RACES[-1], seed=seed)
    found = rate_race.suggested(table(rows))
    return Found(found.value, training.taken, found.low or np.nan, found.high or np.nan)


def tried(task: Task, schedule: str, steps: int | None, seed: int) -> Found:
    """What a probe without a budget says in the end: the race, then its rate beside today's."""
    training = task.training(seed)
    today = dict(training.hparams)
    at = {"batch_size": training.batch_size, "accumulation_steps": 1}
    with tempfile.TemporaryDirectory() as folder:
        log, scope = RunDirectory(Path(folder) / "run"), Scope(planned=steps, schedule=schedule, seed=seed)
        session = Session(training, log, scope, Allowance(), lambda *_: None)
        found = beside_today.rate_tried(session, stages.learning_rate(session, at, today), at, today)
        log.close()
    return Found(found.value, training.taken, found.low or np.nan, found.high or np.nan)


def quick(task: Task, schedule: str, steps: int | None, seed: int) -> Found:
    training = task.training(seed)
    found = lr_range_test.suggested(table(lr_range_test.measure(training, seed=seed)))
    return Found(found.value, training.taken, found.low or np.nan, found.high or np.nan)


def today(task: Task, schedule: str, steps: int | None, seed: int) -> Found:
    return Found(task.training(seed).lr, 0)


def folk(task: Task, schedule: str, steps: int | None, seed: int) -> Found:
    return Found(usual_rate(task.training(seed).hparams), 0)


OWN = {"race": race, "race, then tried": tried, "quick": quick, "folk default": folk, "today's rate": today}
