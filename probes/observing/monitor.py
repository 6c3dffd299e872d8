"""A training loop of your own, watched from inside: what `advisor run` logs of a script, in three lines of yours."""

from pathlib import Path
from typing import Any

from probes.hooks.torch_hooks import Hooks, is_first_rank
from probes.observing.recorder import EVERY, Recorder


class Monitor:
    """Logs a training as a TensorBoard run: loss, lr, grad_norm, update_ratio, step_time, data_time, memory and the norms of the layers.

    It listens to the optimizer's steps and changes nothing; should it fail, it says so once on standard error and the training goes on.
    Only the process of rank 0 logs. `advisor diagnose runs/x` tells what is wrong, also while the training runs.

    Parameters
    ----------
    folder : str or Path
        Where to log, made once there is something to write; other files there are left alone.
    model : torch.nn.Module, optional
        Names the layers; else the optimizer's parameters are looked for in all modules there are.
    optimizer : torch.optim.Optimizer, optional
        Whose steps count; else the first that takes one.
    every : int
        Steps between two looks at the layers; four times as many while a step takes less than 3 ms.

    Raises
    ------
    ModuleNotFoundError
        There is no torch. What goes wrong later is never raised.

    Examples
    --------
    >>> monitor = Monitor("runs/x", model, optimizer)
    >>> for inputs, targets in loader:  # the loop, as it is
    ...     loss = criterion(model(inputs), targets)
    ...     optimizer.zero_grad()
    ...     loss.backward()
    ...     optimizer.step()
    >>> monitor.close()

    Where the loop may end in an exception, what it did before is logged to the end:

    >>> with Monitor("runs/x", model, optimizer) as monitor:
    ...     train(model, optimizer)
    ...     monitor.log(val_loss=validate(model))
    """

    def __init__(self, folder: str | Path, model: Any = None, optimizer: Any = None, *, every: int = EVERY):
        self.recorder = Recorder(Path(folder), optimizer, model, every)
        self.hooks = Hooks(self.recorder)
        if is_first_rank():
            self.hooks.start()

    def step(self, loss: Any = None, **values: Any) -> None:
        """Log the loss as you compute it; without this it is what `backward` was called on, summed over the step's passes.

        Call it once a step, between `backward` and the optimizer's step.

        Parameters
        ----------
        loss : tensor of one element or float, optional
            This step's; a tensor is not waited for.
        **values : tensor of shape () or float
            Other scalars, by tag.
        """
        if self.hooks.on and loss is not None:
            self.hooks.tell("given", loss)
        self.log(**values)

    def log(self, **values: Any) -> None:
        """Log other scalars, such as those of a validation, at the last step.

        Parameters
        ----------
        **values : tensor of shape () or float
            By tag.

        Examples
        --------
        >>> monitor.log(val_loss=0.3, val_accuracy=0.91)
        """
        if self.hooks.on and values:
            self.hooks.tell("log", values)

    def close(self) -> None:
        """Write what is left, and stop listening; to be called once, when the training is over."""
        if self.hooks.on:
            self.hooks.tell("close")
        self.hooks.stop()

    def __enter__(self) -> "Monitor":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
