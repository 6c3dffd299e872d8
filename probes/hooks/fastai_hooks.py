"""fastai's optimizers and Learner, told of as torch's own are; its optimizers are of a class that torch's hooks do not see."""

import sys
import weakref
from collections.abc import Callable, Iterator, MutableMapping
from typing import Any

from probes.hooks.after_import import after_import
from probes.learning_rate.fastai_schedule import record_schedule

KINDS = {"sgd_step": "SGD", "momentum_step": "SGD", "rms_prop_step": "RMSprop", "adam_step": "Adam", "radam_step": "RAdam"}
KINDS |= {"qhadam_step": "QHAdam", "larc_step": "Larc", "lamb_step": "Lamb"}
STATE = ("count", "slow_weights")  # of a Lookahead


class Group(MutableMapping):
    """A parameter group as torch has it, whose settings are those of a fastai optimizer, under torch's names."""

    def __init__(self, optimizer: Any, i: int):
        self.params, self.settings = list(optimizer.param_lists[i]), optimizer.hypers[i]
        self.whole = optimizer if i == 0 and hasattr(optimizer, "slow_weights") else None
        done = functions(optimizer)
        self.named = {"weight_decay" if name == "wd" else name: name for name in self.settings if name != "mom"}
        if "step_stat" in done:  # as Adam
            self.named["betas"] = self.named.pop("sqr_mom")
        elif "average_grad" in done:
            self.named["momentum"] = "mom"

    def __getitem__(self, name: str) -> Any:
        if name == "params":
            return self.params
        if name in STATE and self.whole is not None:
            return getattr(self.whole, name)
        return (self.settings["mom"], self.settings["sqr_mom"]) if name == "betas" else self.settings[self.named[name]]

    def __setitem__(self, name: str, value: Any) -> None:
        if name in STATE:
            setattr(self.whole, name, value)
        elif name == "betas":
            self.settings.update(zip(("mom", "sqr_mom"), value, strict=True))
        else:
            self.settings[self.named[name]] = value

    def __delitem__(self, name: str) -> None:
        raise TypeError(f"{name} belongs to fastai's optimizer.")

    def __iter__(self) -> Iterator[str]:
        return iter(("params", *self.named, *(STATE if self.whole is not None else ())))

    def __len__(self) -> int:
        return len(list(iter(self)))


class AsTorch:
    """A fastai optimizer with the `param_groups` and `state` of a torch one; its class has the name of torch's, see `as_torch`."""

    def __init__(self, optimizer: Any):
        self.optimizer = optimizer

    @property
    def param_groups(self) -> list[Group]:
        """Made anew each time, they read and write the settings of fastai's optimizer itself."""
        return [Group(self.optimizer, i) for i in range(len(self.optimizer.hypers))]

    @property
    def state(self) -> Any:
        """That of fastai's optimizer itself, a dict for each parameter."""
        return self.optimizer.state


def as_torch(optimizer: Any) -> Any:
    """A fastai optimizer behind torch's names; its class is called what torch calls an optimizer of these steps."""
    done = functions(optimizer)
    kind = next((name for function, name in KINDS.items() if function in done), type(optimizer).__name__)
    return type("AdamW" if kind == "Adam" and "weight_decay" in done else kind, (AsTorch,), {})(optimizer)


def functions(optimizer: Any) -> set[str]:
    """The names of what fastai composes a step of."""
    return {getattr(getattr(step, "func", step), "__name__", "") for step in optimizer.cbs}


class Counterparts:
    """One of each object, for as long as somebody holds it; it holds the object."""

    def __init__(self, make: Callable[[Any], Any]):
        self.make, self.known = make, weakref.WeakValueDictionary[int, Any]()

    def of(self, it: Any) -> Any:
        """The counterpart of this object, the same one as long as somebody holds the counterpart."""
        found = self.known.get(id(it))
        if found is None:
            found = self.known[id(it)] = self.make(it)
        return found


class Fastai:
    """Calls `hooks` for fastai, part by part, as it is imported; imports nothing of it."""

    def __init__(self, hooks: Any):
        self.hooks, self.counterparts = hooks, Counterparts(as_torch)

    def start(self) -> None:
        """Replace each method once its part of fastai has been imported; undone when the hooks stop."""
        self.replace("optimizer", "Optimizer", "step", self.step)
        self.replace("optimizer", "Lookahead", "step", self.step)
        self.replace("learner", "Learner", "_do_epoch_train", self.epoch)
        self.replace("callback.schedule", "Learner", "lr_find", self.look)
        self.replace("callback.fp16", "MixedPrecision", "step", self.scaled)
        self.hooks.counterpart_of = self.counterpart_of

    def replace(self, module: str, owner: str, name: str, around: Callable) -> None:
        """Call around(original, ...) where this method of fastai's was called, from its module's import on."""
        after_import(f"fastai.{module}", lambda: replaced(self.hooks, f"fastai.{module}", owner, name, around))

    def counterpart_of(self, optimizer: Any) -> Any:
        """What the listener knows it as: what wraps one of torch's as that one."""
        kind = type(optimizer).__name__
        if kind == "MixedPrecision":
            return self.counterpart_of(optimizer.learn.opt)
        if kind == "OptimWrapper":
            return optimizer.opt
        return self.counterparts.of(optimizer) if hasattr(optimizer, "hypers") else optimizer

    def step(self, original, optimizer, *args, **options):
        """In place of an optimizer's `step`: tell before and after, and leave it out where the listener took the gradient away."""
        told, had = self.counterparts.of(optimizer), has_gradient(optimizer)
        self.hooks.before(told, args, options)
        if not had or has_gradient(optimizer):  # else it was taken away, and a Lookahead would move the weights without
            original(optimizer, *args, **options)
        self.hooks.after(told, args, options)

    def epoch(self, original, learner):
        """In place of `Learner._do_epoch_train`: tell that a fit begins, before its first step."""
        told = self.counterpart_of(learner.opt)
        if getattr(learner, "train_iter", 0) == 0:
            self.hooks.guarded(lambda: self.begins(learner, told))
        original(learner)

    def begins(self, learner: Any, told: Any) -> None:
        """A fit does; it is for this that its optimizer was set up. That is told at the peak of the schedule to come."""
        own, peaks = [group["lr"] for group in told.param_groups], record_schedule(learner, told)
        set_rates(told, peaks)
        self.hooks.tell("made", told)
        set_rates(told, own)

    def look(self, original, *args, **options):
        """A mock training, undone by itself."""
        on, self.hooks.on = self.hooks.on, False
        try:
            return original(*args, **options)
        finally:
            self.hooks.on = on

    def scaled(self, original, callback, *args, **options):
        """The gradient scaler is given this callback in place of the optimizer, which steps later."""
        original(callback, *args, **options)
        self.hooks.steps += 1


def set_rates(optimizer: Any, rates: list[Any]) -> None:
    """Give each parameter group, in their order, its learning rate."""
    for group, rate in zip(optimizer.param_groups, rates, strict=True):
        group["lr"] = rate


def replaced(hooks: Any, module: str, owner: str, name: str, around: Callable) -> None:
    """Replace a method of a class in a module that is imported by now, unless the hooks have stopped meanwhile."""
    if hooks.on:
        hooks.replace(getattr(sys.modules[module], owner), name, around)


def has_gradient(optimizer: Any) -> bool:
    """Whether any parameter of a fastai optimizer has one."""
    return any(p.grad is not None for part in optimizer.param_lists for p in part)
