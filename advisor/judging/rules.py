"""Problems and causes as rules: what each asks for.

A rule is a module: its file's name is its name, its signature says which signals it needs (positional), may use (`=None`)
and which thresholds it has (keyword-only). Nothing is registered: a file in advisor/problems/ or advisor/causes/ is found by being there.
"""

import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from types import ModuleType
from typing import Any

from advisor.faults import Fault
from advisor.run import Run
from advisor.signals.vocabulary import SIGNALS
from advisor.statistics.curve_shape import CannotTell

NOT_SIGNALS = {"finding"}  # parameters of a cause that are not signals


class FaultySignal(CannotTell):
    """A signal that the rule asks for could not be worked out, for a fault of ours."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(str(fault))


@dataclass(frozen=True, eq=False)
class Rule:
    """A problem or cause module, and what its function asks for."""

    name: str
    module: ModuleType
    function: Callable[..., Iterator[Any]]
    needs: tuple[str, ...]
    uses: tuple[str, ...]

    @property
    def doc(self) -> str:
        """What its module says of it, as the catalogue shows it."""
        return inspect.getdoc(self.module) or ""

    @property
    def headline(self) -> str:
        """The first line of that: of a cause, what a report says of it."""
        return self.doc.partition("\n")[0]

    def signals(self, run: Run) -> dict[str, Any]:
        """Every signal it names that the run has, None for the others and for what means something else in the run's task.

        Raises
        ------
        FaultySignal
            One of them could not be worked out, for a fault of ours.
        """
        for name in self.needs + self.uses:
            if name in run.faulty:
                raise FaultySignal(run.faulty[name])
        return {name: given(run, name) for name in self.needs + self.uses if name not in NOT_SIGNALS}

    @property
    def task(self) -> str:
        """The task that it is looked for in; empty where it is looked for in any that it holds in."""
        return getattr(self.module, "TASK", "")

    @property
    def at_the_end(self) -> bool:
        """Whether it judges where a run ended, so that one still underway says nothing."""
        return getattr(self.module, "AT_THE_END", False)

    @property
    def of_the_whole(self) -> bool:
        """Whether it judges the course of a whole run, so that one which a probe cut short says nothing."""
        return self.at_the_end or getattr(self.module, "OF_THE_WHOLE", False)

    @property
    def from_the_start(self) -> bool:
        """Whether it measures from where the training began, so that of a log that begins later it says nothing."""
        return getattr(self.module, "FROM_THE_START", False)

    @property
    def at_full_rate(self) -> bool:
        """Whether it judges what the learning rate does, so that of a log that ends in its warm-up it says nothing."""
        return getattr(self.module, "AT_FULL_RATE", False)

    @property
    def of_a_fall(self) -> bool:
        """Whether it takes for granted that the training loss is to fall."""
        return getattr(self.module, "OF_A_FALL", False)

    @property
    def thresholds(self) -> dict[str, Any]:
        """The keyword-only parameters of its function, and their defaults."""
        return {p.name: p.default for p in inspect.signature(self.function).parameters.values() if p.kind is p.KEYWORD_ONLY}

    def missing(self, run: Run) -> list[str]:
        """The signals it needs and this run did not log."""
        return [name for name in self.needs if name not in NOT_SIGNALS and name not in run.faulty and given(run, name) is None]


def given(run: Run, name: str) -> Any:
    """The signal of this name, None where it means something else in the run's task."""
    task = run.signal("task")
    return None if task is not None and name in task.ignores else run.signal(name)


def rule_from_module(module: ModuleType, function: str) -> Rule:
    """The rule a module holds.

    Raises
    ------
    TypeError
        The function names a parameter that is no signal; the message gives the file and the line.
    """
    f = getattr(module, function)
    named = [p for p in inspect.signature(f).parameters.values() if p.kind is p.POSITIONAL_OR_KEYWORD]
    for p in named:
        if p.name not in SIGNALS and p.name not in NOT_SIGNALS:
            raise TypeError(
                f"{module.__file__}:{f.__code__.co_firstlineno}: {function}() asks for {p.name!r}, "
                "which is no signal of advisor/signals/vocabulary.py"
            )
    name = module.__name__.rpartition(".")[2].replace("_", "-")
    needs, uses = (tuple(p.name for p in named if (p.default is p.empty) == bare) for bare in (True, False))
    return Rule(name, module, f, needs, uses)


@cache
def load_rules(package: str, function: str) -> tuple[Rule, ...]:
    """Every module of the package, as a rule."""
    path = importlib.import_module(package).__path__
    return tuple(rule_from_module(importlib.import_module(f"{package}.{m.name}"), function) for m in pkgutil.iter_modules(path))


def problems() -> tuple[Rule, ...]:
    """Every problem, in the order of their files' names."""
    return load_rules("advisor.problems", "check")


def causes() -> tuple[Rule, ...]:
    """Every cause, in the order of their files' names."""
    return load_rules("advisor.causes", "weigh")
