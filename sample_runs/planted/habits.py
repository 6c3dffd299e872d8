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
    config: bool = False  # whether the hyperparameters tell of the model, the data and the plan as well


HABITS = {
    "plain": Habit(dict(loss="Loss/train", val_loss="Loss/val", lr="Learning rate"), 1, hparams="add_hparams"),
    "everything": Habit(
        dict(
            loss="train/loss", val_loss="val/loss", accuracy="train/accuracy", val_accuracy="val/accuracy", lr="train/lr",
            grad_norm="train/grad_norm", layers="grad_norm/{}", update="train/update_ratio", weight="train/weight_norm",
            loss_scale="train/loss_scale",
        ), 5, hparams="hparams.yaml", config=True,
    ),
    "lightning": Habit(
        dict(loss="train_loss_step", val_loss="val_loss", accuracy="train_acc_step", val_accuracy="val_acc", epoch="epoch",
             lr="lr-{optimizer}"), 10,
        hparams="hparams.yaml", names=dict(lr="learning_rate", optimizer="optimizer_name", hidden_size="hidden_dim", epochs="max_epochs"),
        config=True,
    ),
    "trainer": Habit(
        dict(loss="train/loss", val_loss="eval/loss", val_accuracy="eval/accuracy", lr="train/learning_rate",
             grad_norm="train/grad_norm", epoch="train/epoch"), 10, averaged=True,
    ),
    "epochs": Habit(dict(loss="Train Loss", accuracy="Train Accuracy", val_loss="Validation Loss", val_accuracy="Validation Accuracy"), 0,
                    averaged=True, hparams="add_hparams", names=dict(batch_size="bs")),
    "keras": Habit(dict(loss="train/epoch_loss", val_loss="validation/epoch_loss"), 0, averaged=True),
    "terse": Habit(dict(loss="loss"), 1),
    "terse-with-args": Habit(dict(loss="training_loss"), 4, hparams="args.json", names=dict(optimizer="optim"), config=True),
    "layers": Habit(dict(loss="loss/train", val_loss="loss/test", layers="gradients/{}", lr="lr"), 2, hparams="add_hparams"),
    "karpathy": Habit(
        dict(loss="loss/train", val_loss="loss/val", lr="lr", grad_norm="grad/norm", updates="update_ratio/{}", zeros="dead/{}",
             activations="activations/{}/std", input_mean="input/mean", input_std="input/std"), 1, hparams="hparams.yaml",
    ),
    "watch": Habit(
        dict(loss="train/loss", val_loss="val/loss", val_accuracy="val/acc", lr="train/lr", gradient_histograms="gradients/{}",
             weight_histograms="parameters/{}"), 4, hparams="args.json", config=True,
        names=dict(lr="learning_rate", hidden_size="width", num_parameters="n_params"),
    ),
    "monitor": Habit(
        dict(loss="Train/Loss", val_loss="Valid/Loss", accuracy="Train/Acc", val_accuracy="Valid/Acc", grad_norm="Gradients/total_norm",
             weights="Weights/{}_norm", layers="Gradients/{}_norm", zeros="Activations/{}/zero_fraction",
             update="Optimizer/update_to_weight_ratio", lr="Optimizer/lr", input_std="Data/input_std"),
        3, hparams="add_hparams", config=True,
    ),
}  # fmt: skip
RICH = ("everything", "karpathy", "watch", "monitor")


class Log:
    """Writes one training the way its habit wants."""

    def __init__(self, folder: Path, habit: str, setting: Setting, epoch_steps: int, facts: dict):
        self.habit, self.writer = HABITS[habit], SummaryWriter(str(folder))
        self.every, self.held = self.habit.every or epoch_steps, []
        self.optimizer = setting.optimizer.split()[0]
        self.hparams(folder, setting, facts)

    def hparams(self, folder: Path, setting: Setting, facts: dict) -> None:
        known = dict(
            lr=setting.lr, optimizer=setting.optimizer.split()[0], batch_size=setting.batch_size,
            weight_decay=setting.weight_decay, dropout=setting.dropout, seed=setting.seed,
        )  # fmt: skip
        if setting.optimizer == "SGD with momentum":
            known["momentum"] = 0.9
        if setting.max_grad_norm:
            known["max_grad_norm"] = setting.max_grad_norm
        if self.habit.config:
            known |= facts
        named = {self.habit.names.get(name, name): value for name, value in known.items()}
        if self.habit.hparams == "add_hparams":
            self.writer.add_hparams(named, {}, run_name=".")
        elif self.habit.hparams:
            text = yaml.safe_dump(named) if self.habit.hparams.endswith("yaml") else json.dumps(named)
            (folder / self.habit.hparams).write_text(text)

    def wants(self, quantity: str, step: int = 0) -> bool:
        return quantity in self.habit.tags and step % self.every == 0

    def put(self, quantity: str, value: float, step: int, **named) -> None:
        if quantity in self.habit.tags:
            self.writer.add_scalar(self.habit.tags[quantity].format(*named.values(), optimizer=self.optimizer), value, step)

    def layers(self, quantity: str, values, step: int) -> None:
        """One number of each layer, or its histogram where the tags are for those."""
        if quantity in self.habit.tags:
            add = self.writer.add_histogram if quantity.endswith("histograms") else self.writer.add_scalar
            for layer, value in values:
                add(self.habit.tags[quantity].format(layer), value, step)

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
