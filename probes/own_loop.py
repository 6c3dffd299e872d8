"""A training of a model, data and a loss that are handed over: the loop is ours."""

import inspect
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from probes import device_memory
from probes.minibatches import Minibatches, Order, to_device
from probes.snapshot import RandomStates, Snapshot, seed_everything

SETTINGS = ("accumulation_steps", "num_workers", "one_batch")  # put back with the rest; the order keeps the batch size


class OwnLoop:
    """The Training of a model, data and loss that are handed over: the loop is here."""

    def __init__(self, model, examples, held_out, loss, optimizer, *, batch_size: int, device, seed: int = 0):
        self.model, self.loss, self.optimizer, self.device = model, loss, optimizer, device
        self.dataset, self.held_out, self.examples = examples, held_out, len(examples)
        self.notes: list[str] = []
        self.order = Order(self.examples, self.clamped(batch_size), seed)
        self.minibatches = Minibatches(examples, self.order)
        self.accumulation_steps, self.taken, self.data_time, self.step_time = 1, 0, 0.0, 0.0
        self.kept: list[Any] | None = None  # the minibatches of every step while `one_batch`
        self._one_batch = False
        rates = [float(group["lr"]) for group in optimizer.param_groups]
        self.ratios = [rate / max(rates) if max(rates) else 1.0 for rate in rates]

    @property
    def hparams(self) -> dict[str, Any]:
        group = self.optimizer.param_groups[0]
        extra = {name: float(group[name]) for name in ("momentum", "weight_decay") if group.get(name)}
        return {"lr": self.lr, "batch_size": self.batch_size, "optimizer": type(self.optimizer).__name__, **extra}

    @property
    def parameters(self):
        return [p for group in self.optimizer.param_groups for p in group["params"] if p.requires_grad]

    @property
    def lr(self) -> float:
        return max(float(group["lr"]) for group in self.optimizer.param_groups)

    @lr.setter
    def lr(self, rate: float) -> None:
        for group, ratio in zip(self.optimizer.param_groups, self.ratios, strict=True):
            if hasattr(group["lr"], "fill_"):
                group["lr"].fill_(rate * ratio)
            else:
                group["lr"] = float(rate * ratio)

    @property
    def batch_size(self) -> int:
        return self.order.batch_size

    @batch_size.setter
    def batch_size(self, size: int) -> None:
        self.order.batch_size = self.clamped(int(size))

    def clamped(self, size: int) -> int:
        note = f"A batch size of {size} was cut down to the {self.examples} training examples there are."
        if size > self.examples and note not in self.notes:
            self.notes.append(note)
        return max(1, min(size, self.examples))

    @property
    def num_workers(self) -> int:
        return self.minibatches.workers

    @num_workers.setter
    def num_workers(self, count: int) -> None:
        self.minibatches.workers = int(count)

    @property
    def one_batch(self) -> bool:
        return self._one_batch

    @one_batch.setter
    def one_batch(self, only: bool) -> None:
        self._one_batch, self.kept = bool(only), None

    def fetched(self):
        """The minibatches of one step, on the device."""
        begin = time.perf_counter()
        batches = self.kept or [self.minibatch() for _ in range(self.accumulation_steps)]
        self.kept = batches if self.one_batch else None
        self.data_time = time.perf_counter() - begin
        return batches

    def minibatch(self):
        return to_device(next(self.minibatches), self.device)

    def backward(self, batches):
        """Leave the batches' mean gradient in the parameters; their mean loss, a tensor of shape ()."""
        import torch

        self.optimizer.zero_grad(set_to_none=True)
        with torch.enable_grad():
            return sum(self.backward_one(batch, 1 / len(batches)) for batch in batches)

    def backward_one(self, batch, share: float):
        """Add a share of one minibatch's gradient; its loss. The graph is gone on return, before the next batch or the optimizer's step."""
        inputs, targets = batch
        loss = self.loss(self.model(inputs), targets)
        (loss * share).backward()
        return loss.detach() * share

    def update(self, batches) -> float:
        self.taken += 1
        closure = inspect.signature(self.optimizer.step).parameters.get("closure")
        if closure is not None and closure.default is closure.empty:  # LBFGS computes the gradient as often as it likes
            return float(self.optimizer.step(lambda: self.backward(batches)))
        loss = self.backward(batches)
        self.optimizer.step()
        return float(loss)  # waits for the device

    def step(self) -> float:
        begin = time.perf_counter()
        loss = self.update(self.fetched())
        self.step_time = time.perf_counter() - begin
        return loss

    def examined(self) -> dict[str, float]:
        from probes import examination

        self.taken += examination.BATCHES  # the gradients it computes
        with self.restored():
            batches = [self.fetched()[0] for _ in range(examination.BATCHES)]
            return examination.examined(self.model, self.loss, batches, self.parameters)

    def step_memory(self) -> tuple[float, float, float]:
        batches = self.fetched()
        with device_memory.peak(self.device, batches) as peak:
            self.update(batches)
        return peak.allocated, peak.reserved, peak.resident

    def free_memory(self) -> float:
        return device_memory.free(self.device)

    def gradient(self):
        import torch

        self.taken += 1
        self.backward(self.fetched())
        flat = torch.cat([(torch.zeros_like(p) if p.grad is None else p.grad.to_dense()).flatten().float() for p in self.parameters])
        self.optimizer.zero_grad(set_to_none=True)
        return flat

    @property
    def grad_norm(self) -> float:
        import torch

        return float(torch.nn.utils.get_total_norm([p.grad for p in self.parameters if p.grad is not None]))

    def evaluate(self) -> float:
        import torch
        from torch.utils.data import DataLoader

        random, modes, size = RandomStates(), [(module, module.training) for module in self.model.modules()], max(64, self.batch_size)
        total, left = 0.0, len(self.held_out)
        self.model.eval()
        with torch.no_grad():
            for batch in DataLoader(self.held_out, batch_size=size):
                inputs, targets = to_device(batch, self.device)
                total, left = total + float(self.loss(self.model(inputs), targets)) * min(size, left), left - size
        for module, mode in modes:
            module.training = mode
        random.put_back()
        return total / len(self.held_out)

    def reseed(self, seed: int) -> None:
        self.order.reseed(seed)
        seed_everything(seed)

    @contextmanager
    def restored(self) -> Iterator["OwnLoop"]:
        before, place = Snapshot(self.model, self.optimizer), self.order.place
        settings = {name: getattr(self, name) for name in SETTINGS} | {"kept": self.kept}
        try:
            yield self
        finally:
            before.put_back()
            self.order.place = place
            for name, value in settings.items():
                setattr(self, name, value)
