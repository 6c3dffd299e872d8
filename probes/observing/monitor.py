"""A training loop of your own, watched from inside: what `advisor run` logs of a script, in three lines of yours."""

from pathlib import Path
from typing import Any

from probes.hooks.torch_hooks import Hooks, is_first_rank
from probes.observing.recorder import EVERY, Recorder


class Monitor:
    """Logs a training as a TensorBoard run: loss, lr, grad_norm, update_ratio, step_time, data_time, memory and the norms of the layers.

        monitor = Monitor("runs/x", model, optimizer)
        ...                       # the loop, as it is
        monitor.close()           # or: with Monitor(...) as monitor:

    It listens to the optimizer's steps and changes nothing; should it fail, it says so once and the training goes on. Only the process of
    rank 0 logs. `advisor diagnose runs/x` tells what is wrong, also while the training runs.

    Parameters
    ----------
    folder : str or Path
        Where to log; other files there are left alone.
    model : torch.nn.Module, optional
        Names the layers; else the optimizer's parameters are looked for in all modules there are.
    optimizer : torch.optim.Optimizer, optional
        Whose steps count; else the first that takes one.
    every : int
        Steps between two looks at the layers.
    """

    def __init__(self, folder: str | Path, model: Any = None, optimizer: Any = None, *, every: int = EVERY):
        self.recorder = Recorder(Path(folder), optimizer, model, every)
        self.hooks = Hooks(self.recorder)
        if is_first_rank():
            self.hooks.start()

    def step(self, loss: Any = None, **values: Any) -> None:
        """Log the loss as you compute it, a tensor of one element or a number; else it is what `backward` was called on.

        Call it once a step, after `backward`. `values` are other scalars, by tag.
        """
        if self.hooks.on and loss is not None:
            self.hooks.tell("given", loss)
        self.log(**values)

    def log(self, **values: Any) -> None:
        """Log other scalars at the last step, by tag: `monitor.log(val_loss=0.3)`."""
        if self.hooks.on and values:
            self.hooks.tell("log", values)

    def close(self) -> None:
        """Write what is left, and stop listening."""
        if self.hooks.on:
            self.hooks.tell("close")
        self.hooks.stop()

    def __enter__(self) -> "Monitor":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
