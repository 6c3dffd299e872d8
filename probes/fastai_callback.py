"""Logs a fastai Learner's training for the advisor: `Learner(..., cbs=[FastaiMonitor("runs/x")])`."""

from pathlib import Path
from typing import Any

from fastai.learner import Callback, Recorder

from probes.observing.monitor import Monitor


class FastaiMonitor(Callback):
    """What `probes.Monitor` logs, and loss and metrics of every validation."""

    order = Recorder.order + 1

    def __init__(self, folder: str | Path, every: int = 20):
        self.folder, self.every = Path(folder), every
        self.monitor: Monitor | None = None

    def before_fit(self) -> None:
        if not hasattr(self.learn, "lr_finder") and not hasattr(self.learn, "gather_preds"):
            self.monitor = Monitor(self.folder, self.learn.model, every=self.every)

    def after_epoch(self) -> None:
        if self.monitor is not None:
            values: dict[str, Any] = dict(zip(self.learn.recorder.metric_names[1:], self.learn.recorder.values[-1], strict=False))
            self.monitor.log(**{f"val/{name.removeprefix('valid_')}": value for name, value in values.items() if name != "train_loss"})

    def after_fit(self) -> None:
        if self.monitor is not None:
            self.monitor.close()
            self.monitor = None
