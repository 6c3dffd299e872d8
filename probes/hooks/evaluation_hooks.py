"""Losses as they are computed, and the data that is read: what a validation of the script's own is told by.

Torch's loss functions are listened to by name, also where a module or a library calls them. What is compiled is not: there they are
torch's own, so that nothing of ours stands in a graph.
"""

import functools
from collections.abc import Callable
from typing import Any

NAMES = ("cross_entropy", "binary_cross_entropy", "binary_cross_entropy_with_logits", "kl_div")
ENDING = "_loss"
FIRST = 8  # steps, in which it is told what losses are computed of: each takes time
FRAMES = 2  # of ours, between torch.jit.script and who called it


class Evaluation:
    """Tells the listener of `hooks` that a loss was computed, and that a minibatch was read, or none was left."""

    def __init__(self, hooks: Any):
        self.hooks = hooks
        self.replaced: dict[str, tuple[Callable, Callable]] = {}

    def start(self) -> None:
        """From now on, where the listener's class says that it is `EVALUATED`: it has `lost`, `learned_from` and `read`."""
        import torch
        from torch.nn import functional

        if not getattr(type(self.hooks.listener), "EVALUATED", False):
            return
        for name in [name for name in dir(functional) if name in NAMES or (name.endswith(ENDING) and not name.startswith("_"))]:
            original = getattr(functional, name)
            self.replaced[name] = original, self.around(name, original)
            self.hooks.replaced[functional, name] = self.hooks.replaced.get((functional, name), (original,))[0], self.replaced[name][1]
        self.put(1)
        self.hooks.replace(torch.jit, "script", self.scripted)

    def put(self, which: int) -> None:
        """Let the names of torch's be its own functions, 0, or ours around them, 1; what others have put there since stays."""
        from torch.nn import functional

        for name, pair in self.replaced.items():
            if getattr(functional, name) is pair[1 - which]:
                setattr(functional, name, pair[which])

    def around(self, name: str, original: Callable) -> Callable:
        """The loss function, telling of what it computes where that is one number."""
        import torch
        from torch.compiler import is_compiling

        tracing = torch._C._is_tracing

        @functools.wraps(original)
        def loss(*args: Any, **options: Any) -> Any:
            result = original(*args, **options)
            if not is_compiling() and self.hooks.on and getattr(result, "ndim", 1) == 0 and not tracing():
                output = args[0] if args else options.get("input")
                target = args[1] if len(args) > 1 else options.get("target")
                self.hooks.tell("lost", name, result, target, options.get("reduction", "mean"))
                if self.hooks.steps < FIRST and result.requires_grad:
                    self.hooks.tell("learned_from", output, target)
            return result

        return loss

    def scripted(self, original: Callable, *args: Any, **options: Any) -> Any:
        """In place of `torch.jit.script`, which reads the source of what it compiles, and looks up names where it was called."""
        self.put(0)
        try:
            return original(*args, **{**options, "_frames_up": options.get("_frames_up", 0) + FRAMES})
        finally:
            self.put(1)

    def read(self, iterator: Any, *, over: bool) -> None:
        """A minibatch was read by this iterator of a DataLoader, to train on or not, or it came to its end."""
        if self.replaced:
            self.hooks.tell("read", getattr(iterator, "_dataset", None), over, iterator)
