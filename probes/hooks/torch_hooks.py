"""What happens in a training, told by torch itself: batches, backward passes and optimizer steps, whoever wrote the loop.

The orders differ: a plain loop has `backward, before_step, after_step`; Lightning computes the gradient inside the step, `before_step,
backward, after_step`; LBFGS does so several times. So only `after_step` closes the record of a step.
"""

import functools
import os
import sys
import threading
import time
from collections.abc import Callable
from typing import Any

from advisor.errors import one_line
from probes.hooks.listener import Listener


class StopProbe(SystemExit):
    """Ends a script from inside its loop; an exit with status 0 leaves no traceback, not even under torchrun."""


class Hooks:
    """Tells a listener of every training in this process, from `start` to `stop`, following the thread that steps first.

    An exception of the listener's costs a line on standard error and ends the telling; the training goes on. Only SystemExit passes. Where
    `failed` is given, it is called instead.
    """

    def __init__(self, listener: Listener, failed: Callable[[Exception], None] | None = None):
        self.listener, self.on, self.concealed, self.evaluating = listener, False, False, False
        self.stepping: list[Any] = []
        self.replaced: dict[tuple[Any, str], tuple[Callable, Callable]] = {}
        self.thread: int | None = None
        self.failed = failed or complained
        self.steps, self.depth, self.left, self.in_backward = 0, 0, False, False
        self.scaled: tuple[int, Any, Any] = (0, None, None)
        self.counterpart_of: Callable[[Any], Any] = lambda optimizer: optimizer

    def start(self) -> "Hooks":
        """Begin to tell. It imports torch; of fastai only what is imported anyway is listened to."""
        import torch
        from torch.optim.optimizer import register_optimizer_step_post_hook, register_optimizer_step_pre_hook
        from torch.utils.data.dataloader import _BaseDataLoaderIter

        from probes.hooks.evaluation_hooks import Evaluation
        from probes.hooks.fastai_hooks import Fastai

        self.on = True
        self.stepping = [register_optimizer_step_pre_hook(self.before), register_optimizer_step_post_hook(self.after)]
        self.replace(torch, "compile", self.compile)
        self.replace(torch.optim.Optimizer, "__init__", self.make)
        self.replace(torch.Tensor, "backward", self.backward)
        self.replace(torch.amp.GradScaler, "scale", self.scale)
        self.replace(torch.amp.GradScaler, "step", self.step_scaled)
        self.replace(_BaseDataLoaderIter, "__next__", self.fetch)
        Fastai(self).start()
        self.evaluation = Evaluation(self)
        self.evaluation.start()
        return self

    def stop(self) -> None:
        """End the telling and put torch's functions back, but where somebody else has replaced them since."""
        self.on = False
        while self.stepping:
            self.stepping.pop().remove()
        while self.replaced:
            (owner, name), (original, replacement) = self.replaced.popitem()
            if getattr(owner, name) is replacement:  # else somebody has put theirs in front of it
                setattr(owner, name, original)

    def replace(self, owner: Any, name: str, around: Callable) -> None:
        """Call around(original, ...) where owner.name was called, until the end."""
        original = getattr(owner, name)

        @functools.wraps(original)
        def replacement(*args, **options):
            return around(original, *args, **options) if self.on else original(*args, **options)

        setattr(owner, name, replacement)
        self.replaced[owner, name] = self.replaced.get((owner, name), (original,))[0], replacement

    def compile(self, original, *args, **options):
        """Before anything is compiled: what is ours is none of the compiler's business."""
        import torch
        from torch._dynamo import disable
        from torch.optim.optimizer import register_optimizer_step_post_hook, register_optimizer_step_pre_hook

        if not self.concealed:
            self.concealed = True
            for handle in self.stepping:
                handle.remove()
            self.stepping = [register_optimizer_step_pre_hook(disable(self.before)), register_optimizer_step_post_hook(disable(self.after))]
            if (torch.Tensor, "backward") in self.replaced:
                before, ours = self.replaced[torch.Tensor, "backward"]
                torch.Tensor.backward = disable(ours)  # type: ignore[method-assign]
                self.replaced[torch.Tensor, "backward"] = before, torch.Tensor.backward
        return original(*args, **options)

    def tell(self, event: str, *about: Any) -> None:
        """Call this method of the listener's."""
        self.guarded(lambda: getattr(self.listener, event)(*about))

    def guarded(self, do: Callable[[], Any]) -> None:
        """Do it; an exception ends the telling and goes to `failed`."""
        try:
            do()
        except Exception as error:
            self.on = False
            self.failed(error)

    def elsewhere(self) -> bool:
        """Whether this is another thread than the one that stepped first; False before the first step."""
        return self.thread is not None and self.thread != threading.get_ident()

    def make(self, original, optimizer, *args, **options):
        """In place of `Optimizer.__init__`."""
        original(optimizer, *args, **options)
        self.tell("made", optimizer)

    def before(self, optimizer, args, options) -> None:
        """Torch's hook before an optimizer's step; of nested steps the outermost alone is told of."""
        if not self.on or self.elsewhere():
            return
        self.thread = threading.get_ident()
        if self.left:  # inner steps follow each other inside an outer one, or an earlier step ended in an exception
            self.depth = 0
        self.depth, self.left = self.depth + 1, False
        if self.depth == 1:  # a step may be made of others: super().step(), or another optimizer's
            self.tell("before_step", optimizer)

    def after(self, optimizer, args, options) -> None:
        """Torch's hook after an optimizer's step, which it does not call where the step raised."""
        if not self.on or self.elsewhere():
            return
        self.depth = max(0, self.depth - 1)
        self.left = self.depth > 0
        if self.depth == 0:
            self.steps += 1
            self.tell("after_step", optimizer)

    def backward(self, original, tensor, *args, **options):
        """In place of `Tensor.backward`; the listener gets the loss of one element before it was scaled."""
        if self.in_backward or self.elsewhere():  # a tensor subclass calls it twice
            original(tensor, *args, **options)
            return
        self.tell("before_backward")
        self.in_backward = True
        try:
            original(tensor, *args, **options)
        finally:
            self.in_backward = False
        if tensor.numel() == 1:
            whose, unscaled, scale = self.scaled
            loss, scale = (unscaled, scale) if whose == id(tensor) else (tensor.detach(), None)
            self.tell("backward", loss.reshape(()) if loss.ndim else loss, scale, self.depth > 0)
        self.scaled = (0, None, None)

    def scale(self, original, scaler, outputs):
        """In place of `GradScaler.scale`: the unscaled loss is kept for the backward pass that follows."""
        result = original(scaler, outputs)
        if result is not outputs and hasattr(outputs, "detach"):
            self.scaled = (id(result), outputs.detach(), scaler._scale)
        return result

    def step_scaled(self, original, scaler, optimizer, *args, **options):
        """In place of `GradScaler.step`: where no optimizer stepped meanwhile, the step was skipped."""
        steps = self.steps
        result = original(scaler, optimizer, *args, **options)
        if self.steps == steps and not self.elsewhere():
            self.tell("skipped", self.counterpart_of(optimizer))
        return result

    def fetch(self, original, iterator):
        """In place of a DataLoader iterator's `__next__`, timed; where gradients are off, as in a validation, `read` alone is told."""
        import torch

        begin = time.perf_counter()
        try:
            batch = original(iterator)
        except StopIteration:
            self.evaluation.read(iterator, over=True)
            raise
        waited = time.perf_counter() - begin
        self.evaluation.read(iterator, over=False)
        if torch.is_grad_enabled():
            self.tell("fetched", batch, waited)
        return batch


def complained(error: Exception) -> None:
    """Say on standard error, in one line, that the watching ended and what with."""
    print(f"advisor: stopped watching this training, which goes on ({one_line(error)}).", file=sys.stderr)


def is_first_rank() -> bool:
    """Whether this process is the one of several that logs."""
    return os.environ.get("RANK", "0") == "0"
