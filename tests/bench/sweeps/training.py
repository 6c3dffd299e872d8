"""One training of a sweep at one learning rate: what its logs hold, and how much of its loss was gone at the end."""

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import torch
from torch import nn
from torch.utils.tensorboard import SummaryWriter

TAIL = 10  # the last tenth of the steps is the end
SEED = 11


@dataclass
class Task:
    """A model, the loss of it on the examples of these numbers, how many examples there are, and its loss and score on others."""

    model: nn.Module
    loss: Callable[[torch.Tensor], torch.Tensor]
    size: int
    validate: Callable[[], dict[str, float]] = dict


class Lion(torch.optim.Optimizer):
    """Chen et al., Symbolic Discovery of Optimization Algorithms (2023). arXiv:2302.06675"""

    def __init__(self, params, lr):
        super().__init__(params, dict(lr=lr))

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            for p in (p for p in group["params"] if p.grad is not None):
                m = self.state[p].setdefault("m", torch.zeros_like(p))
                p -= group["lr"] * torch.sign(0.9 * m + 0.1 * p.grad)
                m.mul_(0.99).add_(p.grad, alpha=0.01)


OPTIMIZERS = {
    "Adam": torch.optim.Adam, "AdamW": torch.optim.AdamW, "RMSprop": torch.optim.RMSprop, "Adagrad": torch.optim.Adagrad, "Lion": Lion,
    "SGD": torch.optim.SGD, "SGD with momentum": lambda parameters, lr: torch.optim.SGD(parameters, lr=lr, momentum=0.9),
    "NAdam": torch.optim.NAdam, "RAdam": torch.optim.RAdam, "Adamax": torch.optim.Adamax, "Adafactor": torch.optim.Adafactor,
}  # fmt: skip


@dataclass(frozen=True)
class Sweep:
    """One task by one optimizer at rates from far too low to NaN.

    `log` is "epochs" (a mean of the training loss an epoch), "steps" (the loss of every `every`-th step) or "csv" (as "epochs", in a
    table); `part` is "first" of those looked at while rules were made, "second" of those looked at then, "fresh" of those
    that had no part in it, and "last" of those that were made when the sizes of changes were settled.
    """

    task: Callable[[], Task]
    optimizer: str
    rates: tuple[float, ...]
    epochs: int
    batch_size: int
    log: str = "epochs"
    every: int = 1
    part: str = "first"
    says: dict = field(default_factory=dict)

    @property
    def name(self) -> str:
        return f"{self.task.__name__}-{self.optimizer.replace(' ', '-').lower()}"

    @property
    def hparams(self) -> dict:
        """What a log tells of it, but for the rate."""
        momentum = {"momentum": 0.9} if "momentum" in self.optimizer else {}
        told = {"optimizer": self.optimizer.partition(" ")[0], "batch_size": self.batch_size, "epochs": self.epochs}
        return told | momentum | self.says

    def folder(self, root: Path, rate: float) -> Path:
        return root / self.name / f"lr-{rate:g}"


class Trained:
    """A training at one rate: `losses` of every step and, after every epoch, `held`, what validation showed."""

    def __init__(self, sweep: Sweep, rate: float):
        torch.manual_seed(SEED)
        task = sweep.task()
        optimizer = OPTIMIZERS[sweep.optimizer](task.model.parameters(), lr=rate)
        order = torch.Generator().manual_seed(SEED)
        self.losses, self.held = [], []
        for _ in range(sweep.epochs):
            for batch in torch.randperm(task.size, generator=order).split(sweep.batch_size):
                self.losses.append(self.step(task, optimizer, batch))
            task.model.eval()
            with torch.no_grad():
                self.held.append(task.validate() if math.isfinite(self.losses[-1]) else dict.fromkeys(task.validate(), math.nan))
            task.model.train()
        self.per_epoch = len(self.losses) // sweep.epochs

    def step(self, task: Task, optimizer: torch.optim.Optimizer, batch: torch.Tensor) -> float:
        """The loss before the step; once it is no number, no step is taken."""
        if self.losses and not math.isfinite(self.losses[-1]):
            return math.nan
        optimizer.zero_grad()
        loss = task.loss(batch)
        loss.backward()
        optimizer.step()
        return loss.item()

    @property
    def end(self) -> float:
        """The mean of the last tenth of the losses; infinite where one of them is no number."""
        mean = float(np.mean(self.losses[-max(1, len(self.losses) // TAIL) :]))
        return mean if math.isfinite(mean) else math.inf


def log(sweep: Sweep, rate: float, trained: Trained, folder: Path) -> None:
    """Write the training as its owner would have."""
    hparams = {"lr": rate, **sweep.hparams}
    means = np.array(trained.losses).reshape(sweep.epochs, -1).mean(1)
    if sweep.log == "csv":
        names = list(trained.held[0])
        rows = [[i, mean, *(held[n] for n in names)] for i, (mean, held) in enumerate(zip(means, trained.held, strict=True))]
        (folder / "metrics.csv").write_text("\n".join(",".join(map(str, row)) for row in [["epoch", "train_loss", *names], *rows]) + "\n")
        (folder / "hparams.yaml").write_text("".join(f"{name}: {value}\n" for name, value in hparams.items()))
        return
    with SummaryWriter(str(folder)) as writer:
        for i, mean in enumerate(means):
            at = (i + 1) * trained.per_epoch if sweep.log == "steps" else i
            if sweep.log == "epochs":
                writer.add_scalar("Loss/train", mean, i)
            for name, value in trained.held[i].items():
                writer.add_scalar({"val_loss": "Loss/val", "val_accuracy": "Accuracy/val"}[name], value, at)
        for i, loss in enumerate(trained.losses if sweep.log == "steps" else ()):
            if i % sweep.every == 0:
                writer.add_scalar("Loss/train", loss, i)
        writer.add_hparams(hparams, {}, run_name=".")
