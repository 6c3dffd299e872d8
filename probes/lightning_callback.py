"""Logs a Lightning training for the advisor: `Trainer(callbacks=[LightningMonitor("runs/x")])`."""

from pathlib import Path
from typing import Any

from probes.observing.monitor import Monitor

try:
    from lightning.pytorch import Callback
except ImportError:
    from pytorch_lightning import Callback


class LightningMonitor(Callback):
    """What `probes.Monitor` logs, and what the module logs of its validation."""

    def __init__(self, folder: str | Path, every: int = 20):
        self.folder, self.every = Path(folder), every
        self.monitor: Monitor | None = None

    def on_train_start(self, trainer: Any, module: Any) -> None:
        self.monitor = Monitor(self.folder, module, every=self.every)

    def on_validation_end(self, trainer: Any, module: Any) -> None:
        if self.monitor is not None and not trainer.sanity_checking:
            self.monitor.log(**{tag: value for tag, value in trainer.callback_metrics.items() if "val" in tag})

    def on_train_end(self, trainer: Any, module: Any) -> None:
        self.end()

    def on_exception(self, trainer: Any, module: Any, exception: BaseException) -> None:
        self.end()

    def end(self) -> None:
        if self.monitor is not None:
            self.monitor.close()
            self.monitor = None
