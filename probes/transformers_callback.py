"""Logs a Hugging Face Trainer's training for the advisor: `Trainer(callbacks=[TransformersMonitor("runs/x")])`."""

import atexit
from pathlib import Path
from typing import Any

from transformers import TrainerCallback

from probes.observing.monitor import Monitor


class TransformersMonitor(TrainerCallback):
    """What `probes.Monitor` logs, and the metrics of every evaluation.

    An evaluation's are tagged `eval/loss` where the Trainer says `eval_loss`.

    Parameters
    ----------
    folder : str or Path
        Where to log, made once there is something to write; other files there are left alone.
    every : int
        Optimizer steps between two looks at the layers; four times as many while a step takes less than 3 ms.

    Examples
    --------
    >>> trainer = Trainer(model, arguments, train_dataset=dataset, callbacks=[TransformersMonitor("runs/x")])
    >>> trainer.train()
    """

    def __init__(self, folder: str | Path, every: int = 20):
        self.folder, self.every = Path(folder), every
        self.monitor: Monitor | None = None

    def on_train_begin(self, args: Any, state: Any, control: Any, model: Any = None, **others: Any) -> None:
        """Called by the Trainer before its first step: begin to log.

        A Trainer tells its callbacks of no exception; so what a training that broke left is written when the next one begins, or at exit.
        """
        self.close()
        self.monitor = Monitor(self.folder, model, every=self.every)
        atexit.register(self.close)

    def on_evaluate(self, args: Any, state: Any, control: Any, metrics: Any = None, **others: Any) -> None:
        """Called by the Trainer after each evaluation: log its metrics that are numbers at the last step."""
        numbers = {name: value for name, value in (metrics or {}).items() if isinstance(value, (int, float))}
        if self.monitor is not None:
            self.monitor.log(**{name.replace("eval_", "eval/", 1): value for name, value in numbers.items()})

    def on_train_end(self, args: Any, state: Any, control: Any, **others: Any) -> None:
        """Called by the Trainer when the training has ended: write what is left and stop listening."""
        self.close()

    def close(self) -> None:
        """Write what is left and stop listening; to be called where `train` ended in an exception and the program goes on."""
        atexit.unregister(self.close)
        if self.monitor is not None:
            self.monitor.close()
            self.monitor = None
