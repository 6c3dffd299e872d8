"""Logs a Lightning training for the advisor: `Trainer(callbacks=[LightningMonitor("runs/x")])`."""

from pathlib import Path
from typing import Any

from probes.observing.monitor import Monitor

try:
    from lightning.pytorch import Callback
except ImportError:
    from pytorch_lightning import Callback


class LightningMonitor(Callback):
    """What `probes.Monitor` logs, and what the module logs of its validation.

    Of the metrics that the module logs, those with "val" in their name are a validation's.

    Parameters
    ----------
    folder : str or Path
        Where to log, made once there is something to write; other files there are left alone.
    every : int
        Optimizer steps between two looks at the layers; four times as many while a step takes less than 3 ms.

    Examples
    --------
    >>> trainer = Trainer(max_epochs=3, callbacks=[LightningMonitor("runs/x")])
    >>> trainer.fit(module, loader)
    """

    def __init__(self, folder: str | Path, every: int = 20):
        self.folder, self.every = Path(folder), every
        self.monitor: Monitor | None = None

    def on_train_start(self, trainer: Any, module: Any) -> None:
        """Called by Lightning before the first epoch: begin to log."""
        self.monitor = Monitor(self.folder, module, every=self.every)

    def on_validation_end(self, trainer: Any, module: Any) -> None:
        """Called by Lightning after each validation, also the sanity check, which is not logged: log its metrics at the last step."""
        if self.monitor is not None and not trainer.sanity_checking:
            self.monitor.log(**{tag: value for tag, value in trainer.callback_metrics.items() if "val" in tag})

    def on_train_end(self, trainer: Any, module: Any) -> None:
        """Called by Lightning when the training has ended: stop."""
        self.end()

    def on_exception(self, trainer: Any, module: Any, exception: BaseException) -> None:
        """Called by Lightning when an exception or Ctrl-C ends the training: stop."""
        self.end()

    def end(self) -> None:
        """Write what is left and stop listening; nothing where no training is logged."""
        if self.monitor is not None:
            self.monitor.close()
            self.monitor = None
