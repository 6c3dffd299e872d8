"""Settings of the rules: thresholds other than their defaults, and which problems and causes are looked for."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from advisor.errors import AdvisorError, did_you_mean


@dataclass(frozen=True)
class Settings:
    """What was asked for; the default is every rule as it stands.

    Attributes
    ----------
    thresholds : mapping of problem to mapping of threshold to value
    select : tuple of problems
        The only ones to look for; all of them where it is empty.
    ignore : tuple of problems and causes
        Those to leave out.
    task : str
        The task of every run, as its file in advisor/tasks/ is named, with hyphens; recognized where it is empty.
    """

    thresholds: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    task: str = ""

    def wants(self, problem: str) -> bool:
        """Whether the problem is to be looked for."""
        return problem not in self.ignore and (not self.select or problem in self.select)


def check_problem_names(names: Iterable[str], said: str, causes: bool = False) -> tuple[str, ...]:
    """The names, each of a problem, or of a cause where those are allowed; `said` is where the user said them.

    Raises
    ------
    AdvisorError
        There is nothing of that name.
    """
    from advisor.judging import rules

    known = [rule.name for rule in rules.problems()] + [rule.name for rule in rules.causes() if causes]
    kind = "problem or cause" if causes else "problem"
    for name in names:
        if name not in known:
            raise AdvisorError(f"{said}: there is no {kind} {name!r}.{did_you_mean(name, known)} They are listed by: advisor explain")
    return tuple(names)


def check_task_name(name: str, said: str) -> str:
    """The task's name, with hyphens; `said` is where the user said it.

    Raises
    ------
    AdvisorError
        There is no such task.
    """
    from advisor.tasks import tasks

    known, plain = tasks(), name.strip().lower().replace("_", "-").replace(" ", "-")
    if plain not in known:
        raise AdvisorError(f"{said}: there is no task {name!r}.{did_you_mean(plain, known)} There are {', '.join(known)}.")
    return plain


def threshold(problem: str, name: str, value: Any, said: str) -> Any:
    """The value, a text or a number, as the type of that threshold's default.

    Raises
    ------
    AdvisorError
        There is no such problem or threshold, or the value is of another type.
    """
    from advisor.judging import rules

    check_problem_names([problem], said)
    defaults = next(rule for rule in rules.problems() if rule.name == problem).thresholds
    if name not in defaults:
        there = f"It has {', '.join(f'{n} = {v}' for n, v in defaults.items())}." if defaults else "It has none."
        raise AdvisorError(f"{said}: {problem} has no threshold {name!r}.{did_you_mean(name, defaults)} {there}")
    return _typed(value, type(defaults[name]), f"{said}: {problem}.{name}")


def _typed(value: Any, kind: type, said: str) -> Any:
    try:
        typed = kind(value)
    except (TypeError, ValueError):
        typed = math.nan
    if isinstance(value, bool) or not math.isfinite(typed) or (not isinstance(value, str) and typed != value):
        raise AdvisorError(f"{said} wants {'a whole' if kind is int else 'a'} number, but got {value!r}.")
    return typed


DEFAULTS = Settings()
