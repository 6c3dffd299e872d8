"""How people log: which tags, how often, and what of it at all."""

import json
from dataclasses import dataclass, field
from pathlib import Path

import yaml
from torch.utils.tensorboard import SummaryWriter

from planted.setting import Setting


@dataclass(frozen=True)
class Habit:
    """Tags by quantity: one that is missing is not logged. `every` counts steps; 0 is an average at the end of each epoch."""

    tags: dict[str, str]
    every: int = 1
    averaged: bool = False  # over the steps since the last point
    hparams: str = ""  # "add_hparams", "hparams.yaml", "args.json" or nothing
    names: dict[str, str] = field(default_factory=dict)  # what it calls hyperparameters


HABITS = {
    "plain": Habit(dict(loss="Loss/train", val_loss="Loss/val", lr="Learning rate"), 1, hparams="add_hparams"),
    "everything": Habit(
        dict(
            loss="train/loss", val_loss="val/loss", accuracy="train/accuracy", val_accuracy="val/accuracy", lr="train/lr",
            grad_norm="train/grad_norm", layers="grad_norm/{}",
        ), 5, hparams="hparams.yaml",
    ),
    "lightning": Habit(
        dict(loss="train_loss_step", val_loss="val_loss", val_accuracy="val_acc", epoch="epoch", lr="lr-{optimizer}"), 10,
        hparams="hparams.yaml", names=dict(lr="learning_rate", optimizer="optimizer_name"),
    ),
    "trainer": Habit(
        dict(loss="train/loss", val_loss="eval/loss", val_accuracy="eval/accuracy", lr="train/learning_rate",
             grad_norm="train/grad_norm", epoch="train/epoch"), 10, averaged=True,
    ),
    "epochs": Habit(dict(loss="Train Loss", val_loss="Validation Loss", val_accuracy="Validation Accuracy"), 0, averaged=True,
                    hparams="add_hparams", names=dict(batch_size="bs")),
    "keras": Habit(dict(loss="train/epoch_loss", val_loss="validation/epoch_loss"), 0, averaged=True),
    "terse": Habit(dict(loss="loss"), 1),
    "terse-with-args": Habit(dict(loss="training_loss"), 4, hparams="args.json", names=dict(optimizer="optim")),
    "layers": Habit(dict(loss="loss/train", val_loss="loss/test", layers="gradients/{}", lr="lr"), 2, hparams="add_hparams"),
}  # fmt: skip


class Log:
    """Writes one training the way its habit wants."""

    def __init__(self, folder: Path, setting: Setting, epoch_steps: int):
        self.habit, self.writer = HABITS[setting.habit], SummaryWriter(str(folder))
        self.every, self.held = self.habit.every or epoch_steps, []
        self.optimizer = setting.optimizer.split()[0]
        self.hparams(folder, setting)

    def hparams(self, folder: Path, setting: Setting) -> None:
        known = dict(
            lr=setting.lr, optimizer=setting.optimizer.split()[0], batch_size=setting.batch_size,
            weight_decay=setting.weight_decay, dropout=setting.dropout, seed=setting.seed,
        )  # fmt: skip
        if setting.optimizer == "SGD with momentum":
            known["momentum"] = 0.9
        if setting.max_grad_norm:
            known["max_grad_norm"] = setting.max_grad_norm
        named = {self.habit.names.get(name, name): value for name, value in known.items()}
        if self.habit.hparams == "add_hparams":
            self.writer.add_hparams(named, {}, run_name=".")
        elif self.habit.hparams:
            text = yaml.safe_dump(named) if self.habit.hparams.endswith("yaml") else json.dumps(named)
            (folder / self.habit.hparams).write_text(text)

    def wants(self, quantity: str, step: int) -> bool:
        return quantity in self.habit.tags and step % self.every == 0

    def put(self, quantity: str, value: float, step: int, **named) -> None:
        if quantity in self.habit.tags:
            self.writer.add_scalar(self.habit.tags[quantity].format(*named.values(), optimizer=self.optimizer), value, step)

    def loss(self, value: float, step: int) -> None:
        """The training loss of a step: as it is, or averaged with those before it."""
        self.held.append(value)
        if self.habit.averaged and (step + 1) % self.every == 0:
            self.put("loss", sum(self.held) / len(self.held), step)
            self.held = []
        elif not self.habit.averaged and step % self.every == 0:
            self.put("loss", value, step)

    def close(self) -> None:
        self.writer.close()
