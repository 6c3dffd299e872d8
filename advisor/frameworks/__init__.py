"""One framework a file: how its logs are recognized, and how it spells the settings that a change names.

A module's docstring is its entry and `recognize(logged)` yields a Sign for each thing that speaks for the framework, or None where that
thing is missing, as in a task. `LINES` has, of a hyperparameter of advisor/signals/hparams.py, the line that sets it to {to}; what is not
there is set as in any PyTorch, but where `PYTORCH` is False. `IS` and `IS_NOT` are its examples, written by hand. It may have

- `BEFORE`: frameworks that it stands on, so that it wins where both are recognized;
- `OPTIMIZER`: what it trains with where nothing else is set, as a hyperparameter would say it;
- `NO_PRODUCT`: True of a command line, in which today's value cannot be multiplied.

A framework that is not recognized for sure is none: the lines are then PyTorch's own. The name of the file, with hyphens, is what the line
stands under in JSON.
"""

import importlib
import pkgutil
import re
from collections.abc import Mapping
from functools import cache
from types import ModuleType
from typing import Any

from advisor.finding import Change
from advisor.run import Run
from advisor.signals.hparams import optimizer_of
from advisor.signals.logged import ENOUGH, Logged
from advisor.signals.pytorch_line import SHARES, optimizer_class, pytorch_line


def framework_of(run: Run) -> str:
    """The framework whose logs these are; empty where that is not sure."""
    return recognized(Logged(run.scalars, run.hparams, run.format, run.path.as_posix()))


def recognized(logged: Logged) -> str:
    """The framework that most speaks for among those for which enough does."""
    weights = {name: sum(sign.weight for sign in module.recognize(logged) if sign is not None) for name, module in frameworks().items()}
    found = {name: weight for name, weight in weights.items() if weight >= ENOUGH}
    below = {other for name in found for other in getattr(frameworks()[name], "BEFORE", ())}
    return max((name for name in found if name not in below), key=found.__getitem__, default="")


def optimizer_in(framework: str, hparams: Mapping[str, Any] | None) -> str | None:
    """The optimizer of the run, by its hyperparameters, else the one that its framework takes unless another is set."""
    if "optimizer" in (hparams or {}) or framework not in frameworks():
        return optimizer_of(hparams)
    return optimizer_of({**(hparams or {}), "optimizer": getattr(frameworks()[framework], "OPTIMIZER", "")})


def lines(framework: str, change: Change, hparams: Mapping[str, Any]) -> Mapping[str, str]:
    """The line that makes a change, under the name of what it is written in: the framework's own, else the cause's, else PyTorch's."""
    module = frameworks().get(framework)
    in_proportion = change.hparam == "lr" and change.how and "{optimizer}" in getattr(module, "LINES", {}).get("lr", "")
    if module and not in_proportion and (line := line_in(module, change, hparams)):
        return {framework: line}
    if module and not getattr(module, "PYTORCH", True):
        return {}
    return dict(change.how) or {"pytorch": pytorch_line(change.hparam, change.to, change.by, hparams)}


def line_in(module: ModuleType, change: Change, hparams: Mapping[str, Any]) -> str:
    """The framework's own line; empty where it has none, or none for an optimizer whose name it would have to know."""
    template, name = module.LINES.get(change.hparam, ""), optimizer_class(hparams)
    if not template or ("{optimizer}" in template and name is None):
        return ""
    if change.to is None and "{to}" in template and (change.by is None or getattr(module, "NO_PRODUCT", False)):
        return ""
    momentum = "momentum=0.9, " if name == "SGD" and hparams.get("momentum") else ""
    return template.format(to=value(template, change), optimizer=name, momentum=momentum)


def value(template: str, change: Change) -> str:
    """What is set: the new value, or today's times the factor, today's under the name it has in the line."""
    if change.to is not None or change.by is None:
        return f"{change.to:g}" if isinstance(change.to, float) else str(change.to)
    today = found[1] if (found := re.search(r"([\w.]+) ?= ?\{to\}", template)) else change.hparam
    return f"{change.by:g} * {today}" if change.hparam in (*SHARES, "lr") else f"int({change.by:g} * {today})"


@cache
def frameworks() -> dict[str, ModuleType]:
    """Every module of this folder, by its name with hyphens."""
    return {m.name.replace("_", "-"): importlib.import_module(f"{__name__}.{m.name}") for m in pkgutil.iter_modules(__path__)}
