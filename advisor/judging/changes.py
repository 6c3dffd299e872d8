"""The changes a cause calls for, made concrete: today's value, the line that makes it; what would change nothing is left out."""

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from advisor.evidence.parameter_groups import other_rates
from advisor.evidence.pretrained import begun_from
from advisor.faults import contained
from advisor.finding import Cause, Change, Finding
from advisor.frameworks import lines
from advisor.judging.rules import Rule
from advisor.run import Run
from advisor.signals.hparams import COUNTS, ON, as_number, optimizer_of
from advisor.tasks import Task, instead
from advisor.wording import joined

OPPOSES = 0.15  # causes less probable than this propose no learning rate on the other side of a more probable one's
IN_THE_WEIGHTS = ("initialization", "activation", "normalization", "hidden_size", "num_layers")  # trained before, they are given
DIGITS = 7  # those that a float of 32 bits holds: 9.999999747378752e-06 was set to 1e-05


def changes(rule: Rule, finding: Finding, run: Run) -> tuple[Change, ...]:
    """The changes the cause calls for, each with today's value and the line that makes it, in the run's framework or else in PyTorch.

    Left out are those that would move nothing, those that the run's task does not know, and those of what lies in trained weights.
    """
    hparams, task = run.signal("hparams") or {}, run.signal("task")
    never, framework = IN_THE_WEIGHTS if begun_from(hparams) else (), run.signal("framework") or ""
    asked = (_in_the_task(task, c, hparams) for c in rule.module.changes(run, finding) if c.hparam not in never)
    told = (stamped(of_all_groups(c, run), hparams, framework) for c in asked if c is not None)
    return tuple(c for c in told if c.by != 1 and not (c.to is not None and _is_as_today(c.hparam, c.to, c.from_)))


def _in_the_task(task: Task | None, change: Change, hparams: Mapping[str, Any]) -> Change | None:
    """What is changed in the task instead; nothing where a fault of ours hides whether it may be."""
    with contained(task.name if task else "task"):
        return instead(task, change, hparams)
    return None


def _how(framework: str, change: Change, hparams: Mapping[str, Any]) -> Mapping[str, str]:
    """The line that makes the change; none after a fault of ours."""
    with contained(framework or "the line of PyTorch"):
        return lines(framework, change, hparams)
    return {}


def of_all_groups(change: Change, run: Run) -> Change:
    """A change of the learning rate, of all parameter groups in proportion where some train at other rates than the one it names."""
    others = other_rates(run) if change.hparam == "lr" and change.to is not None and change.from_ is not None else ()
    if not others or not isinstance(change.to, float | int) or not isinstance(change.from_, float | int) or not change.from_:
        return change
    by = change.to / change.from_
    why = f"{change.why}; other parameter groups train at {joined([f'{rate:g}' for rate in others])}: multiply theirs by {by:.2g} too"
    return replace(change, why=why, how={"pytorch": f"for group in optimizer.param_groups: group['lr'] *= {by:.2g}"})


def stamped(change: Change, hparams: Mapping[str, Any], framework: str) -> Change:
    """The change with today's value, with the line that makes it where there is one, and with no digit that was never set."""
    to, now = _plain(change.to), _plain(_today(hparams, change.hparam) if change.from_ is None else change.from_)
    interval = change.interval and (_plain(change.interval[0]), _plain(change.interval[1]))
    how = _how(framework, replace(change, to=to), hparams)
    return replace(change, to=to, from_=now, interval=interval, how={name: line for name, line in how.items() if line})


def _plain(value: Any) -> Any:
    """A float without the digits that 32 bits add to what was typed; all else as it is."""
    return float(f"{value:.{DIGITS}g}") if isinstance(value, float) else value


def _today(hparams: Mapping[str, Any], name: str) -> Any:
    """What the hyperparameter is set to, as logged; None where that is no value one could start from, or was not logged."""
    return None if name in COUNTS and as_number(hparams, name) is None else hparams.get(name)


def _is_as_today(name: str, to: Any, now: Any) -> bool:
    """Whether `to` is what is set already, whatever its spelling: 1e-4 and "0.0001", "on" and True, "AdamW" and "adamw_torch"."""
    if now is None:
        return False
    if name == "optimizer":
        return optimizer_of({name: now}) == to
    if isinstance(to, str):
        said, wanted = (re.sub(r"[^a-z0-9]", "", str(word).lower()) for word in (now, to))
        return said == wanted or (wanted == "on" and said in ON)
    number = as_number({name: now}, name)
    return number is not None and math.isclose(number, float(to), rel_tol=1e-3)


def without_opposites(ranked: Iterable[Cause]) -> tuple[Cause, ...]:
    """The causes, most probable first; an improbable one does not ask to move the learning rate against a more probable one."""
    told: list[Cause] = []
    for cause in ranked:
        moved = {direction(change) for before in told for change in before.changes} - {0}
        against = [c for c in cause.changes if cause.probability < OPPOSES and moved and direction(c) not in moved | {0}]
        told.append(replace(cause, changes=tuple(c for c in cause.changes if c not in against)))
    return tuple(told)


def direction(change: Change) -> int:
    """+1 of a change that raises the learning rate, -1 of one that lowers it, 0 of any other."""
    now, to = change.from_, change.to
    if change.hparam != "lr":
        return 0
    if isinstance(now, int | float) and isinstance(to, int | float):
        return 1 if to > now else -1
    return 0 if change.by is None else 1 if change.by > 1 else -1
