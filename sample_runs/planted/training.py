"""One training, from a setting to its event files."""

import math
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import torch
from torch import nn

from planted import measured
from planted.habits import Log
from planted.setting import Setting
from planted.tasks import TASKS

VALIDATIONS, EVALUATED, LOOKS = 40, 512, 30  # times in a run; examples; times in a run that what is costly is measured
PAGE = 4096  # bytes
HALF, LOSS_SCALE = torch.finfo(torch.float16).max, 2.0**16


class Training:
    """The data, the model and the optimizer of a setting."""

    def __init__(self, setting: Setting):
        torch.manual_seed(setting.seed)
        self.setting, self.task = setting, TASKS[setting.task]
        self.train, self.val = self.split()
        self.model = self.task.model(setting)
        self.model(self.train[0][:2])  # lazy layers learn their shapes
        self.spoil()
        trained = [p for p in self.model.parameters() if p.requires_grad]
        self.optimizer = self.optimizer_of(trained)
        self.batches = self.epochs()
        self.per_epoch = max(1, math.ceil(len(self.train[0]) / setting.batch_size))
        self.steps = max(20, round(self.task.steps * setting.length))

    def split(self):
        """Four fifths to train on, spoilt as the setting has it, and a fifth to validate."""
        x, y = self.task.data()
        order = np.random.default_rng(self.setting.seed).permutation(len(x))
        cut = len(x) * 4 // 5
        train, val = order[: max(8, round(cut * self.setting.examples))], order[cut:]
        if self.task.images:
            x = x * self.setting.input_scale + self.setting.input_offset
        targets = y[train].clone()
        wrong = torch.randperm(len(train))[: round(self.setting.wrong_labels * len(train))]
        targets[wrong] = targets[wrong[torch.randperm(len(wrong))]]
        return (x[train], targets), (x[val], y[val])

    def spoil(self):
        """What the setting does to the weights."""
        with torch.no_grad():
            for name, p in self.model.named_parameters():
                p *= self.setting.gain if p.ndim > 1 else 1.0
                p += self.setting.shift if name.endswith("bias") else 0.0
        if self.setting.frozen:
            for p in list(self.model.parameters())[:-2]:
                p.requires_grad_(False)

    def optimizer_of(self, parameters):
        s = self.setting
        kinds = {"SGD": torch.optim.SGD, "Adam": torch.optim.Adam, "AdamW": torch.optim.AdamW, "RMSprop": torch.optim.RMSprop}
        more = {"momentum": 0.9} if s.optimizer == "SGD with momentum" else {}
        return kinds[s.optimizer.split()[0]](parameters, lr=s.lr, weight_decay=s.weight_decay, **more)

    def epochs(self) -> Iterator[torch.Tensor]:
        """Indices of one batch after another; without shuffling, sorted by target as a folder of classes is."""
        count, size = len(self.train[0]), self.setting.batch_size
        by_class = torch.argsort(self.train[1].flatten(1).float().mean(1) if self.train[1].ndim > 1 else self.train[1])
        while True:
            yield from (torch.randperm(count) if self.setting.shuffle else by_class).split(size)

    def rate(self, step: int) -> float:
        s, t = self.setting, step / self.steps
        if t < s.warmup:
            return s.lr * (step + 1) / (s.warmup * self.steps)
        t = min(1.0, (t - s.warmup) / max(s.schedule_length - s.warmup, 1e-9))
        shapes = {"constant": 1.0, "cosine": (1 + math.cos(math.pi * t)) / 2, "linear": 1 - t, "step": 0.1 ** int(t * 3)}
        return s.lr * (shapes[s.schedule] if t < 1 or s.schedule in ("constant", "step") else 0.0)

    def evaluate(self, data):
        """Loss and accuracy (NaN where the task has none)."""
        self.model.eval()
        with torch.no_grad():
            x, y = (d[:EVALUATED] for d in data)
            out = self.model(x)
            known = float(self.task.loss(out, y)), float(self.task.accuracy(out, y)) if self.task.accuracy else math.nan
        self.model.train()
        return known

    def step(self, number: int) -> float:
        batch = next(self.batches)
        x, y = (d.index_select(0, batch) for d in self.train)
        if number == int(self.setting.bad_batch * self.steps) > 0 and x.is_floating_point():
            x = x * 1e3
        if self.setting.slow_data:
            time.sleep(self.setting.slow_data)
        for group in self.optimizer.param_groups:
            group["lr"] = self.rate(number)
        out = self.model(x)
        loss = self.task.loss(out, y)
        self.seen = x, y, out
        self.optimizer.zero_grad()
        loss.backward()
        if self.setting.half:
            for p in self.model.parameters():
                if p.grad is not None:
                    p.grad.copy_(((p.grad * LOSS_SCALE).half().float() / LOSS_SCALE).nan_to_num(math.nan, math.nan, math.nan))
        if self.setting.max_grad_norm:
            nn.utils.clip_grad_norm_(self.model.parameters(), self.setting.max_grad_norm)
        value = loss.item()
        self.optimizer.step()
        return value

    def facts(self) -> dict:
        """What a configuration tells of the model, the data and the plan."""
        s, every = self.setting, list(self.model.parameters())
        linear = next((m.out_features for m in self.model.modules() if isinstance(m, nn.Linear)), 0)
        hidden = next((m.hidden_size for m in self.model.modules() if isinstance(m, nn.RNNBase)), linear)
        return dict(
            hidden_size=hidden, num_layers=s.depth, activation=s.activation, epochs=max(1, round(self.steps / self.per_epoch)),
            max_steps=self.steps, scheduler=s.schedule, warmup_steps=round(s.warmup * self.steps), train_size=len(self.train[0]),
            num_parameters=sum(p.numel() for p in every), trainable_parameters=sum(p.numel() for p in every if p.requires_grad),
            precision="fp16" if s.half else "fp32",
        )  # fmt: skip


def resident() -> float:
    """Megabytes of memory this process holds; 0 where the system does not tell."""
    try:
        return int(Path("/proc/self/statm").read_text().split()[1]) * PAGE / 2**20
    except OSError:
        return 0.0


def train(setting: Setting, folders: dict[Path, str]) -> dict:
    """Train, log below each folder by the habit it goes with, and return what was measured on the side: the losses before and after, free
    of dropout and noise."""
    t = Training(setting)
    logs = [Log(folder, habit, setting, t.per_epoch, t.facts()) for folder, habit in folders.items()]
    before, kept, validated = t.evaluate(t.train)[0], [], []
    clock = time.perf_counter()
    for step in range(t.steps):
        alive, wanting = not kept or math.isfinite(kept[-1]), [log for log in logs if log.wants("loss", step)]
        looks = [log for log in wanting if (step // log.every) % max(1, t.steps // log.every // LOOKS) == 0]
        updates = measured.Updates(t.model) if any(log.wants("update") or log.wants("updates") for log in looks) else None
        kept.append(t.step(step) if alive else math.nan)  # once NaN, for ever NaN
        for log in logs:
            log.loss(kept[-1], step)
        for log in wanting:
            beside(log, t, step, time.perf_counter() - clock)
        if t.setting.leak and step % 5 == 0:
            LEAKED.append(torch.zeros(250_000).normal_())
        for log in looks if alive else ():
            costly(log, t, step, updates)
        clock = time.perf_counter()
        if step % max(1, t.steps // VALIDATIONS) == 0 or step == t.steps - 1:
            loss, accuracy = t.evaluate(t.val)
            validated.append(loss)
            for log in logs:
                log.put("val_loss", loss, step)
                if math.isfinite(accuracy):
                    log.put("val_accuracy", accuracy, step)
    for log in logs:
        log.close()
    LEAKED.clear()
    return dict(
        start=before,
        end=t.evaluate(t.train)[0],
        val_start=validated[0],
        val_best=np.nanmin(validated),
        val_end=validated[-1],
        steps=t.steps,
    )


LEAKED: list[torch.Tensor] = []


def beside(log: Log, t: Training, step: int, seconds: float) -> None:
    """What costs nothing to log with each loss."""
    log.put("lr", t.rate(step), step)
    log.put("epoch", step / t.per_epoch, step)
    if t.task.accuracy and "accuracy" in log.habit.tags:
        log.put("accuracy", float(t.task.accuracy(t.seen[2].detach(), t.seen[1])), step)
    if "grad_norm" in log.habit.tags or "layers" in log.habit.tags:
        norms = measured.gradient_norms(t.model)
        log.put("grad_norm", measured.whole(norms), step)
        log.layers("layers", norms, step)
    if t.setting.half:
        log.put("loss_scale", LOSS_SCALE, step)
    if t.setting.slow_data:
        log.writer.add_scalar("data_time", t.setting.slow_data, step)
        log.writer.add_scalar("step_time", seconds, step)
    if t.setting.leak:
        log.writer.add_scalar("memory_mb", resident(), step)


def costly(log: Log, t: Training, step: int, updates: measured.Updates | None) -> None:
    """What is looked at now and then: updates, weights, activations, inputs."""
    if updates:
        log.put("update", updates.whole(), step)
        log.layers("updates", updates.by_layer() if log.wants("updates") else (), step)
    if log.wants("weight") or log.wants("weights"):
        norms = measured.weight_norms(t.model)
        log.put("weight", measured.whole(norms), step)
        log.layers("weights", norms, step)
    if log.wants("zeros") or log.wants("activations"):
        dead, spread = measured.activations(t.model, t.seen[0])
        log.layers("zeros", dead, step)
        log.layers("activations", spread, step)
    log.layers("weight_histograms", measured.weights(t.model) if log.wants("weight_histograms") else (), step)
    log.layers("gradient_histograms", measured.gradients(t.model) if log.wants("gradient_histograms") else (), step)
    if t.seen[0].is_floating_point():
        log.put("input_mean", float(t.seen[0].mean()), step)
        log.put("input_std", float(t.seen[0].std()), step)
