"""One task a file: what it is, how it is recognized, what is normal in it, which problems do not hold and what is not advised.

A module's docstring is its entry, `recognize(logged)` yields a Sign for each thing that speaks for the task, or None where that thing is
missing. Its examples are written by hand: `IS` and `IS_NOT` are tags and hyperparameters, `HEALTHY` and `ILL` are curves by their tags, of
which one gets no warning and the other one of what it `finds`. It may have

- `CANNOT_TELL`: why its losses do not tell whether it learns; then only the problems of `HOLDS` are looked for, and those of this task;
- `JUDGES`: problems of this task that tell whether it learns, where its losses do not;
- `SPARES`: problems that are no problem in it;
- `THRESHOLDS`: of a problem, keyword-only parameters of its check that have another value in it;
- `IGNORES`: signals that mean something else in it;
- `ADVISES_NOT`: hyperparameters that no change may name in it;
- `RATES`: of an optimizer, between which learning rates its trainings usually start, or `rates(hparams, signs, start)` that tells them of
  its hyperparameters, of what it was recognized by, and of the first loss where that is known; under "" those of any optimizer, or none;
- `instead(change, hparams)`: what is changed in it where another training would make this change, None where nothing is;
- `BEFORE`: tasks that it is a special case of, so that it wins where both are recognized.

A task that is not recognized for sure is `supervised`: to take one task for another is worse than to know none.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import ModuleType
from typing import Any

from advisor.finding import Change
from advisor.run import Run
from advisor.signals.logged import Logged, modules_of, recognized_among

DEFAULT = "supervised"
FINE_TUNED = "fine-tuning"  # begins where another training ended: at lower rates than all others, and soon enough over
ANY_RUN = ("crash", "out-of-memory", "memory-growth", "slow-training")  # what is wrong with any run, whatever it learns
ANY_LOSS = "exploding-loss"  # of NaN, which holds for any loss


@dataclass(frozen=True)
class Task:
    """The task of a run, as rules and renderers are told it.

    `words` names it in a sentence; `signs` are what it was recognized by, none of the default and of one that the user named.
    """

    name: str
    words: str
    signs: tuple[str, ...] = ()
    cannot_tell: str = ""
    holds: tuple[str, ...] = ()
    judges: tuple[str, ...] = ()
    spares: tuple[str, ...] = ()
    ignores: tuple[str, ...] = ()
    advises_not: tuple[str, ...] = ()

    def without(self, problem: str) -> str:
        """Why the problem is not looked for in this task, empty where it is."""
        spared = problem not in self.holds if self.cannot_tell else problem in self.spares
        return f"says nothing in {self.words}" if spared else ""


def task_of(run: Run, told: str = "") -> Task:
    """The task that the user told, else the one that is recognized, else the default."""
    return described(told) if told else recognized(Logged(run.scalars, run.hparams, run.format, str(run.path)))


def recognized(logged: Logged) -> Task:
    """The task that most speaks for among those for which enough does."""
    name, signs = recognized_among(tasks(), logged)
    return described(name or DEFAULT, tuple(sign.seen for sign in signs if sign.weight > 0))


def rates_of(task: Task, hparams: Mapping[str, Any], start: float | None = None) -> Mapping[str, tuple[float, float]]:
    """Of each optimizer the lowest and the highest rate that trainings of this task usually start from; `start` is the first loss."""
    module = tasks()[task.name]
    return module.rates(hparams, task.signs, start) if hasattr(module, "rates") else getattr(module, "RATES", {})


def thresholds(task: Task | None, problem: str) -> Mapping[str, float]:
    """What the parameters of a problem's check are in this task, where they are not what they are elsewhere."""
    return getattr(tasks()[task.name], "THRESHOLDS", {}).get(problem, {}) if task else {}


def instead(task: Task | None, change: Change, hparams: Mapping[str, Any]) -> Change | None:
    """What is changed in this task where another would make this change; None where nothing is."""
    if task is None or change.hparam in task.advises_not:
        return None if task else change
    module = tasks()[task.name]
    return module.instead(change, hparams) if hasattr(module, "instead") else change


def described(name: str, signs: tuple[str, ...] = ()) -> Task:
    """The task of this name, from its file."""
    module = tasks()[name]
    lists = {field.lower(): tuple(getattr(module, field, ())) for field in ("HOLDS", "JUDGES", "SPARES", "IGNORES", "ADVISES_NOT")}
    return Task(name, module.WORDS, signs, getattr(module, "CANNOT_TELL", ""), **lists)


@cache
def tasks() -> dict[str, ModuleType]:
    """Every module of this folder, by its name with hyphens."""
    return modules_of(__name__, __path__)
