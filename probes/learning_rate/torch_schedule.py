"""The schedule that a script gives its learning rate, and for how many steps, read off the scheduler of torch that it made."""

import copy
import gc
import math
import warnings
from collections.abc import Iterable
from typing import Any

import numpy as np

from probes.learning_rate.schedules import SCHEDULES

ALIKE = 0.12  # root mean square distance of two curves from 0 to 1
LONGEST = 20_000  # steps that are played through
LENGTHS = ("total_steps", "T_max", "total_iters")
TRAINING_STEPS = "num_training_steps"  # as transformers' schedules call it


def plan_of(optimizers: Iterable[Any], steps_per_epoch: int) -> dict[str, Any]:
    """The scheduler's class, `scheduler`, and where they can be told `schedule`, as `schedules` names it, and `max_steps`; else empty.

    A schedule shorter than an epoch is taken to be counted in epochs.
    """
    found = scheduler_of(list(optimizers))
    if found is None:
        return {}
    length, known = length_of(found), {"scheduler": type(found).__name__}
    if not length or length > LONGEST:
        return known
    shape = same_rates(played(found, length))
    steps = length if length >= steps_per_epoch else length * steps_per_epoch
    return known | ({"schedule": shape, "max_steps": steps} if shape else {})


def scheduler_of(optimizers: list[Any]) -> Any:
    """The scheduler of one of these optimizers; of those made of others, the whole. None where there is not exactly one."""
    from torch.optim.lr_scheduler import LRScheduler

    all_of = [o for o in gc.get_objects() if issubclass(type(o), LRScheduler) and any(o.optimizer is one for one in optimizers)]
    parts = {id(part) for whole in all_of for part in getattr(whole, "_schedulers", ())}
    found = [one for one in all_of if id(one) not in parts]
    return found[0] if len(found) == 1 else None


def length_of(scheduler: Any) -> int | None:
    """Calls of its step() from the first to the last that changes anything; None where it has no end."""
    for name in LENGTHS:
        if isinstance(length := getattr(scheduler, name, None), int):
            return length
    if parts := getattr(scheduler, "_schedulers", None):
        last, begun = length_of(parts[-1]), getattr(scheduler, "_milestones", [0])[-1]
        return last and last + begun
    for function in getattr(scheduler, "lr_lambdas", ()):
        keywords = dict(getattr(function, "keywords", {}))
        code = getattr(function, "__code__", None)
        if code is not None and function.__closure__:
            keywords |= {name: cell.cell_contents for name, cell in zip(code.co_freevars, function.__closure__, strict=True)}
        if isinstance(length := keywords.get(TRAINING_STEPS), int):
            return length
    return None


def played(scheduler: Any, steps: int) -> np.ndarray:
    """The largest learning rate of each step from now on, shape (steps left,), by a copy of the scheduler over a stand-in optimizer."""
    import torch

    groups = [
        {"params": [torch.nn.Parameter(torch.zeros(1))], **{k: v for k, v in group.items() if k != "params"}}
        for group in scheduler.optimizer.param_groups
    ]
    stand_in = torch.optim.SGD([group["params"][0] for group in groups], lr=0.1)
    stand_in.param_groups[:] = groups
    twin, rates = copy.deepcopy(scheduler, {id(scheduler.optimizer): stand_in}), []
    for group, rate in zip(groups, scheduler.get_last_lr(), strict=True):
        group["lr"] = rate
    with warnings.catch_warnings(action="ignore"):  # no optimizer steps in between
        for _ in range(max(1, steps - scheduler.last_epoch)):
            rates.append(max(float(group["lr"]) for group in groups))
            twin.step()
    return np.array(rates)


def same_rates(rates: np.ndarray) -> str | None:
    """The name of the schedule that these rates, shape (steps,), follow most nearly; None where none is near."""
    if len(rates) < 2 or not rates.max() > 0:
        return None
    curve, at = rates / rates.max(), (np.arange(len(rates)) + 0.5) / len(rates)
    far = {
        name: math.sqrt(np.mean([(shape(t) - rate) ** 2 for t, rate in zip(at, curve, strict=True)])) for name, shape in SCHEDULES.items()
    }
    best = min(far, key=far.__getitem__)
    return best if far[best] <= ALIKE else None
