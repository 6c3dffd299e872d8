"""Changes that no practitioner would make."""

import json
import math
import re
from collections.abc import Collection, Mapping
from typing import Any

FAR = 10.01  # times: a rate moved further than this wants a reason
# From and to where a long move is no wild one: what practitioners use of each optimizer over all tasks, and a decade around it.
BANDS = {"sgd": (1e-3, 1.0), "momentum": (1e-4, 0.3), "adam": (1e-6, 1e-2), "unknown": (1e-6, 1.0)}
LOWEST = {"batch_size": 1, "epochs": 1, "num_workers": 0, "patience": 1, "accumulation_steps": 1, "dropout": 0, "lr": 0}
HIGHEST = {"lr": 10, "dropout": 1, "weight_decay": 10, "epochs": 1e6, "batch_size": 1e6}
BEYOND_ALL = 1e9
AT_FAULT = {"learning-rate-too-low", "learning-rate-too-high"}
TRIED = re.compile("sibling|at this rate")
Told = Mapping[str, Any]  # a part of a report as `--json` prints it


def wildness(change: Told, cause: Told, hparams: Told, reasons: Collection[str] = ()) -> list[str]:
    """In which ways the change is wild: "lr up", "lr down", "equal", "absurd"; `reasons` are the causes that the label knows."""
    found = [*far(change, cause, hparams, reasons)]
    now, to, by = (finite_or_not(change.get(name)) for name in ("from", "to", "by"))
    nothing = change["hparam"] == "accumulation_steps" and to == 1 and now in (None, 1)
    if by == 1 or (now is not None and now == to) or nothing:
        found.append("equal")
    return [*found, "absurd"] if absurd(change) else found


def far(change: Told, cause: Told, hparams: Told, reasons: Collection[str]) -> list[str]:
    """Whether a learning rate moves further than FAR, with no run that was tried at it, and not from outside of what is used to inside."""
    now, to, by = (finite_or_not(change.get(name)) for name in ("from", "to", "by"))
    ratio = to / now if to and now and now > 0 else by
    if change["hparam"] != "lr" or not ratio or not math.isfinite(ratio):
        return []
    if TRIED.search(json.dumps([change.get("why"), cause.get("message"), cause.get("evidence")])):
        return []
    if (ratio > FAR or ratio < 0.0999) and not may_be_far(hparams, now, to, reasons):
        return ["lr up" if ratio > 1 else "lr down"]
    return []


def may_be_far(hparams: Told, now: float | None, to: float | None, reasons: Collection[str]) -> bool:
    """Whether the move ends inside of what the run's optimizer takes, and comes from outside or the rate is known to be at fault."""
    low, high = BANDS[kind_of_optimizer(hparams)]
    return bool(now and to) and low <= to <= high and (bool(AT_FAULT & set(reasons)) or not low <= now <= high)  # type: ignore[operator]


def kind_of_optimizer(hparams: Told) -> str:
    """A key of BANDS, from a hyperparameter whose name tells of an optimizer."""
    named = next((v for k, v in hparams.items() if re.search("optim", k, re.I) and isinstance(v, str)), "")
    name = re.sub(r"[^a-z]", "", named.lower())
    if re.search(r"adam|rmsprop|lamb", name):
        return "adam"
    if "momentum" in name:
        return "momentum"
    if not re.search(r"sgd|gradientdescent", name):
        return "unknown"
    return "momentum" if any(re.search("momentum", k, re.I) and finite_or_not(v) for k, v in hparams.items()) else "sgd"


def absurd(change: Told) -> bool:
    """Whether a value is not finite or out of every range, or a factor is."""
    values = [x for x in (finite_or_not(change.get(name)) for name in ("from", "to")) if x is not None]
    factors = [x for x in map(finite_or_not, (change.get("by"), *(change.get("interval") or ()))) if x]
    low, high = LOWEST.get(change["hparam"], -math.inf), HIGHEST.get(change["hparam"], BEYOND_ALL)
    return any(not math.isfinite(x) or not low <= x <= high for x in values) or any(not 0 < x < BEYOND_ALL for x in factors)


def finite_or_not(x: Any) -> float | None:
    """A number as it is, None for anything else, truth values among them."""
    return x if isinstance(x, int | float) and not isinstance(x, bool) else None
