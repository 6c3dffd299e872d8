"""Logs a Hugging Face Trainer's training for the advisor: `Trainer(callbacks=[TransformersMonitor("runs/x")])`."""

from pathlib import Path
from typing import Any

from transformers import TrainerCallback

from probes.observing.monitor import Monitor


class TransformersMonitor(TrainerCallback):
    """What `probes.Monitor` logs, and the metrics of every evaluation."""

    def __init__(self, folder: str | Path, every: int = 20):
        self.folder, self.every = Path(folder), every
        self.monitor: Monitor | None = None

    def on_train_begin(self, args: Any, state: Any, control: Any, model: Any = None, **others: Any) -> None:
        self.monitor = Monitor(self.folder, model, every=self.every)

    def on_evaluate(self, args: Any, state: Any, control: Any, metrics: Any = None, **others: Any) -> None:
        numbers = {name: value for name, value in (metrics or {}).items() if isinstance(value, (int, float))}
        if self.monitor is not None:
            self.monitor.log(**{name.replace("eval_", "eval/", 1): value for name, value in numbers.items()})

    def on_train_end(self, args: Any, state: Any, control: Any, **others: Any) -> None:
        if self.monitor is not None:
            self.monitor.close()
            self.monitor = None
