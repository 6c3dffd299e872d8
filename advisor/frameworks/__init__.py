"""One framework a file: how its logs are recognized, and how it spells the settings that a change names.

A module's docstring is its entry and `recognize(logged)` yields a Sign for each thing that speaks for the framework, or None where that
thing is missing, as in a task. `LINES` has, of a hyperparameter of advisor/signals/hparams.py, the line that sets it to {to}; what is not
there is set as in any PyTorch, but where `PYTORCH` is False. `IS` and `IS_NOT` are its examples, written by hand. It may have

- `BEFORE`: frameworks that it stands on, so that it wins where both are recognized;
- `UNNAMED`: lines of `LINES` for runs that do not say which optimizer they train with;
- `OPTIMIZER`: what it trains with where nothing else is set, as a hyperparameter would say it;
- `NO_PRODUCT`: True of a command line, in which today's value cannot be multiplied.

A framework that is not recognized for sure is none: the lines are then PyTorch's own. The name of the file, with hyphens, is what the line
stands under in JSON.
"""

import re
from collections.abc import Mapping
from functools import cache
from types import ModuleType
from typing import Any

from advisor.finding import Change
from advisor.run import Run
from advisor.signals.hparams import as_number, optimizer_of
from advisor.signals.logged import Logged, modules_of, recognized_among
from advisor.signals.pytorch_line import SHARES, optimizer_class, pytorch_line
from advisor.signals.remedies import IN_ANY

NAMED = ("optimizer", "activation")  # hyperparameters whose value is a class


def framework_of(run: Run) -> str:
    """The framework whose logs these are; empty where that is not sure."""
    return recognized(Logged(run.scalars, run.hparams, run.format, str(run.path)))


def recognized(logged: Logged) -> str:
    """The framework that most speaks for among those for which enough does."""
    return recognized_among(frameworks(), logged)[0]


def optimizer_in(framework: str, hparams: Mapping[str, Any] | None) -> str | None:
    """The optimizer of the run, by its hyperparameters, else the one that its framework takes unless another is set."""
    if "optimizer" in (hparams or {}) or framework not in frameworks():
        return optimizer_of(hparams)
    return optimizer_of({**(hparams or {}), "optimizer": getattr(frameworks()[framework], "OPTIMIZER", "")})


def lines(framework: str, change: Change, hparams: Mapping[str, Any]) -> Mapping[str, str]:
    """The line that makes a change, under the name of what it is written in: the framework's own, else the cause's, else PyTorch's."""
    module = frameworks().get(framework)
    if module is None:
        return dict(change.how) or {"pytorch": pytorch_line(change.hparam, change.to, change.by, hparams)}
    template = template_of(module, change, "optimizer" in hparams)
    if change.hparam == "lr" and change.how and "{optimizer}" in template:
        return change.how  # of several parameter groups: a new optimizer would have one
    if line := line_in(module, template, change, hparams):
        return {framework: line}
    if change.hparam in IN_ANY:
        return {framework: pytorch_line(change.hparam, change.to, change.by, hparams)}
    unsaid = template and getattr(module, "NO_PRODUCT", False) and change.to is None
    return {} if unsaid or not getattr(module, "PYTORCH", True) else lines("", change, hparams)


def template_of(module: ModuleType, change: Change, named: bool) -> str:
    """How the framework spells the hyperparameter; so many times the epochs is as many times the steps where it has no word for epochs.

    `named` tells whether the run says which optimizer it trains with.
    """
    lines_of = module.LINES if named else module.LINES | getattr(module, "UNNAMED", {})
    spelled: str = lines_of.get(change.hparam, "")
    return module.LINES.get("max_steps", "") if change.hparam == "epochs" and not spelled and change.to is None else spelled


def line_in(module: ModuleType, template: str, change: Change, hparams: Mapping[str, Any]) -> str:
    """The framework's own line; empty where it has none, or none for an optimizer whose name it would have to know."""
    name = optimizer_class(hparams)
    if not template or ("{optimizer}" in template and name is None):
        return ""
    if "{to}" in template and not sayable(module, change):
        return ""
    momentum = f"momentum={as_number(hparams, 'momentum') or 0.9:g}, " if optimizer_of(hparams) == "SGD with momentum" else ""
    line = template.format(to=value(template, change), optimizer=name, momentum=momentum)
    return line.replace("torch.optim.Lion", "Lion")  # none of torch's


def sayable(module: ModuleType, change: Change) -> bool:
    """Whether what is set can stand in a line: a number, a name where one is set, or a product where the framework's line is code."""
    if change.to is None:
        return change.by is not None and not getattr(module, "NO_PRODUCT", False)
    return not isinstance(change.to, str) or change.hparam in NAMED


def value(template: str, change: Change) -> str:
    """What is set: the new value, or today's times the factor, today's under the name it has in the line."""
    if change.to is not None or change.by is None:
        return f"{change.to:g}" if isinstance(change.to, float) else str(change.to)
    today = found[1] if (found := re.search(r"([\w.]+) ?= ?\{to\}", template)) else change.hparam
    return f"{change.by:g} * {today}" if change.hparam in (*SHARES, "lr") else f"int({change.by:g} * {today})"


@cache
def frameworks() -> dict[str, ModuleType]:
    """Every module of this folder, by its name with hyphens."""
    return modules_of(__name__, __path__)
