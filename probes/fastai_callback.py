"""Logs a fastai Learner's training for the advisor: `Learner(..., cbs=[FastaiMonitor("runs/x")])`."""

from pathlib import Path
from typing import Any

from fastai.learner import Callback, Recorder

from probes.observing.monitor import Monitor


class FastaiMonitor(Callback):
    """What `probes.Monitor` logs, and loss and metrics of every validation.

    A validation's are tagged `val/loss`, `val/accuracy`. Each fit counts its steps from 1; `lr_find` and predictions are not logged.

    Parameters
    ----------
    folder : str or Path
        Where to log, made once there is something to write; other files there are left alone.
    every : int
        Optimizer steps between two looks at the layers; four times as many while a step takes less than 3 ms.

    Examples
    --------
    >>> learner = Learner(dls, model, loss_func=loss, cbs=[FastaiMonitor("runs/x")])
    >>> learner.fit_one_cycle(3)
    """

    order = Recorder.order + 1

    def __init__(self, folder: str | Path, every: int = 20):
        self.folder, self.every = Path(folder), every
        self.monitor: Monitor | None = None

    def before_fit(self) -> None:
        """Called by fastai when a fit begins: begin to log, but for `lr_find` and `get_preds`."""
        if not hasattr(self.learn, "lr_finder") and not hasattr(self.learn, "gather_preds"):
            self.monitor = Monitor(self.folder, self.learn.model, every=self.every)

    def after_epoch(self) -> None:
        """Called by fastai when an epoch has ended: log its validation at the last step."""
        if self.monitor is not None:
            values: dict[str, Any] = dict(zip(self.learn.recorder.metric_names[1:], self.learn.recorder.values[-1], strict=False))
            self.monitor.log(**{f"val/{name.removeprefix('valid_')}": value for name, value in values.items() if name != "train_loss"})

    def after_fit(self) -> None:
        """Called by fastai when a fit has ended: write what is left and stop listening."""
        if self.monitor is not None:
            self.monitor.close()
            self.monitor = None
