"""The schedule a fastai Learner is to follow, read off its callbacks when it begins to fit."""

import math
import weakref
from collections.abc import Iterable
from typing import Any

import numpy as np

from probes.learning_rate.torch_schedule import same_rates

POINTS = 1000  # of a curve, so that a peak at a round share of it is among them
PLANS = weakref.WeakKeyDictionary[Any, dict[str, Any]]()  # of optimizers, as the listener knows them


def record_schedule(learner: Any, optimizer: Any) -> list[float]:
    """The highest learning rate of each parameter group in the fit that begins; the whole plan is kept for `plan_of`."""
    scheds = [cb.scheds["lr"] for cb in learner.cbs if "lr" in getattr(cb, "scheds", {})]
    groups = len(learner.opt.hypers)
    now = [float(setting["lr"]) for setting in learner.opt.hypers]
    curve = np.array([np.broadcast_to(scheds[0](i / POINTS) if scheds else now, groups) for i in range(POINTS)], float)
    peaks = curve.max(axis=0)
    PLANS[optimizer] = {"scheduler": "ParamScheduler"} if scheds else {}
    if (steps := steps_of(learner)) and (shape := same_rates(curve.max(axis=1))):
        PLANS[optimizer] |= {"schedule": shape, "max_steps": steps}
    return peaks.tolist()


def steps_of(learner: Any) -> int:
    """Optimizer steps of the fit; 0 where its data have no length."""
    train, each = learner.dls.train, 1
    try:
        for cb in learner.cbs:
            if type(cb).__name__ == "GradientAccumulation":
                each = math.ceil(cb.n_acc / (getattr(train, "bs", None) or train.batch_size))
        return learner.n_epoch * len(train) // each
    except TypeError:
        return 0


def plan_of(optimizers: Iterable[Any]) -> dict[str, Any] | None:
    """As in `torch_schedule`; None where no Learner fits with any of these."""
    return next((PLANS[one] for one in optimizers if one in PLANS), None)
