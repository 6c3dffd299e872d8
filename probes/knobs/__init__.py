"""Settings of a training that can be changed without a line in its script: one a file, named as advisor/signals/hparams.py names them.

A file's docstring says what is changed. Its `parse(text)` makes the value of what was typed, or raises an AdvisorError that says what can
be; it imports no torch. Its `turn(value, hooks, steps)` makes the value hold in the process of the training, from before the script's first
line on: it may put functions of torch's in front of others by `hooks.replace`, and returns a listener with the methods of
`probes/hooks/listener.py` that it needs, or None. `steps` are those that the script itself trains for, None where nobody knows.
"""

import importlib
import math
import pkgutil
from collections.abc import Sequence
from functools import cache
from types import ModuleType
from typing import Any

from advisor.errors import AdvisorError

DIGITS = 18  # of a whole number


@cache
def knobs() -> dict[str, ModuleType]:
    """Every knob, by its name."""
    return {name: importlib.import_module(f"{__name__}.{name}") for _, name, _ in pkgutil.iter_modules(__path__)}


def knob(name: str) -> ModuleType | None:
    """The knob of this name, no other imported; None where there is none."""
    known = {known for _, known, _ in pkgutil.iter_modules(__path__)}
    return importlib.import_module(f"{__name__}.{name}") if name in known else None


def number(name: str, text: str, least: float = 0.0, most: float = math.inf, *, above: bool = False) -> float:
    """The number that was typed for this setting.

    Raises
    ------
    AdvisorError
        It is none, or lies out of the range; with `above`, `least` itself does too.
    """
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not (math.isfinite(value) and least <= value <= most) or (above and value == least):
        upto = f" and at most {most:g}" if math.isfinite(most) else ""
        raise AdvisorError(f"--set {name}={text}: {name} is a number {'above' if above else 'of at least'} {least:g}{upto}.")
    return value


def whole(name: str, text: str, least: int = 1) -> int:
    """The whole number that was typed for this setting.

    Raises
    ------
    AdvisorError
        It is none, or too small.
    """
    if not text.isdecimal() or len(text) > DIGITS or int(text) < least:
        raise AdvisorError(f"--set {name}={text}: {name} is a whole number of at least {least}.")
    return int(text)


def one_of(name: str, text: str, names: Sequence[str]) -> str:
    """The name that was typed for this setting, as it is spelled here.

    Raises
    ------
    AdvisorError
        It is none of these.
    """
    from advisor.errors import did_you_mean

    spelled = {known.lower(): known for known in names}
    if text.lower() not in spelled:
        raise AdvisorError(f"--set {name}={text}: {name} is one of {', '.join(names)}.{did_you_mean(text, names)}")
    return spelled[text.lower()]


def each_group(optimizer: Any, name: str, value: Any) -> None:
    """Set it in each parameter group of the optimizer that has such a setting."""
    for group in optimizer.param_groups:
        if name in group:
            group[name] = value
