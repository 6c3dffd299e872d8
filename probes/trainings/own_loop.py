"""A training of a model, data and a loss that are handed over: the loop is ours."""

import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

from advisor.errors import one_line
from probes.gradients.moments import moments
from probes.memory import device_memory
from probes.memory.memory_budget import MemoryBudget
from probes.state.processor_times import processor_times, set_threads, threads
from probes.state.random_states import RandomStates, seed_everything
from probes.state.snapshot import Snapshot
from probes.training import EXAMINED, SETTINGS, Memory, Moments
from probes.trainings.minibatches import Minibatches, Order, kept, to_device
from probes.trainings.model_step import ModelStep

KEPT_ELSEWHERE = ("lr", "batch_size")  # with the optimizer's groups and with the order of the data


class OwnLoop(ModelStep, MemoryBudget):
    """The Training of a model, data and loss that are handed over: the loop is here."""

    processor_times = property(lambda _: processor_times())
    threads = property(lambda _: threads(), lambda _, count: set_threads(count))

    def __init__(self, model, examples, held_out, loss, optimizer, *, batch_size: int, device, seed: int = 0):
        super().__init__(model, loss, optimizer, str(device))
        self.dataset, self.held_out, self.examples = examples, held_out, len(examples)
        cut = f"The batch size of {batch_size:,} was cut down to the {len(examples):,} training examples there are."
        self.notes = [cut] if batch_size > len(examples) else []
        self.plan: dict[str, Any] = {}  # the schedule and the steps of the training to come, where they are known
        self.order = Order(self.examples, self.clamped(batch_size), seed)
        self.minibatches = Minibatches(examples, self.order)
        self.accumulation_steps, self.taken, self.data_time, self.step_time, self.starting = 1, 0, 0.0, 0.0, 0.0
        self.kept: list[Any] | None = None  # the minibatches of every step while `one_batch`
        self._one_batch = False
        MemoryBudget.__init__(self)
        self.imagined: dict[tuple, Any] = {}  # at most one, by settings

    @property
    def hparams(self) -> dict[str, Any]:
        """As `Training.hparams` says: learning rate and batch size as set now, momentum and weight decay of the first parameter group."""
        group = self.optimizer.param_groups[0]
        extra = {name: float(group[name]) for name in ("momentum", "weight_decay") if group.get(name)}
        return {"lr": self.lr, "batch_size": self.batch_size, "optimizer": type(self.optimizer).__name__, **extra, **self.plan}

    @property
    def batch_size(self) -> int:
        """Examples in a minibatch; setting it begins an epoch, and what cannot be had is `clamped`."""
        return self.order.batch_size

    @batch_size.setter
    def batch_size(self, size: int) -> None:
        self.order.batch_size = self.clamped(int(size))

    def clamped(self, size: int) -> int:
        """The batch size nearest to this one that can be had: from 1 to all training examples."""
        return max(1, min(size, self.examples))

    @property
    def num_workers(self) -> int:
        """Processes that load data beside this one, 0 where this one does."""
        return self.minibatches.workers

    @num_workers.setter
    def num_workers(self, count: int) -> None:
        self.minibatches.workers = int(count)

    @property
    def one_batch(self) -> bool:
        """Whether every step takes the minibatches of the first; setting it, to true again too, lets go of those."""
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
        """The next pair (inputs, targets), tensors on the device with the examples as their first dimension."""
        return to_device(next(self.minibatches), self.device)

    def update(self, batches) -> float:
        """Take a step on these minibatches; their mean loss, once the device is done.

        Under a memory budget that is to be held it raises `torch.OutOfMemoryError` where the step's tensors go beyond it.
        """
        self.taken += 1
        budget, settings = self.budget_to_hold, self.settings
        with device_memory.held(self.device, budget, batches, self.tensors() if budget is not None else ()):
            loss = self.updated(batches)
        self.proven[settings] += 1
        return float(loss)  # waits for the device

    def step(self) -> float:
        """Take a step on the next minibatches; their mean loss. `step_time` counts the seconds of fetching them too."""
        begin = time.perf_counter()
        loss = self.update(self.fetched())
        self.step_time = time.perf_counter() - begin
        return loss

    def examined(self) -> dict[str, float]:
        """What `examine.examined` tells of the next `EXAMINED` minibatches, at as many gradients' cost; everything is put back."""
        from probes.examination import examine

        self.taken += EXAMINED  # the gradients it computes
        with self.restored():
            batches = [self.fetched()[0] for _ in range(EXAMINED)]
            return examine.examined(self.model, self.loss, batches, self.parameters)

    def step_memory(self) -> Memory:
        """Bytes of the next step, which is taken; the gradients of the one before are let go first and not counted."""
        batches = self.fetched()
        self.optimizer.zero_grad(set_to_none=True)
        with device_memory.peak(self.device, batches) as peak:
            self.update(batches)
        return peak.memory

    def predicted_memory(self, batch_size: int) -> Memory | None:
        """Bytes of a step at this batch size, on tensors without values; None, and a note with the reason, where the model needs values."""
        from probes.trainings.predicted_memory import ValuelessStep

        random, settings = RandomStates(), (self.precision, self.checkpointing)
        try:
            if settings not in self.imagined:
                self.imagined = {settings: ValuelessStep(self)}
            return self.imagined[settings].step(self.clamped(batch_size), self.accumulation_steps)
        except Exception as error:  # whatever the model's code does without values
            self.imagined.clear()
            note = f"The memory of a step cannot be told without computing it ({one_line(error, 100)})."
            self.notes += [note] if note not in self.notes else []
            return None
        finally:
            random.put_back()

    def gradient_moments(self, count: int, groups: int) -> Moments:
        """Of the next `count` gradients, each the mean over the `accumulation_steps` minibatches of a step."""
        return moments(self.gradients(count), groups)

    def gradients(self, count: int) -> Iterator[list[Any]]:
        """Each of the next minibatch gradients, a tensor or None for every parameter; it is gone when the next is taken."""
        for _ in range(count):
            self.taken += 1
            yield self.gradient(self.fetched())
        self.optimizer.zero_grad(set_to_none=True)

    def evaluate(self) -> float:
        """The mean loss of the held-out examples in evaluation mode and without autocast; modes and random states are put back."""
        import torch
        from torch.utils.data import DataLoader

        random, modes, size = RandomStates(), [(module, module.training) for module in self.model.modules()], max(64, self.batch_size)
        total, left = 0.0, len(self.held_out)
        try:
            self.held_out = kept(self.held_out)
            self.model.eval()
            with torch.no_grad():
                for batch in DataLoader(self.held_out, batch_size=size):
                    inputs, targets = to_device(batch, self.device)
                    total, left = total + float(self.loss(self.model(inputs), targets)) * min(size, left), left - size
        finally:
            for module, mode in modes:
                module.training = mode
            random.put_back()
        return total / len(self.held_out)

    def reseed(self, seed: int) -> None:
        """Begin an epoch in another order of data, and seed Python's, numpy's and torch's global generators."""
        self.order.reseed(seed)
        seed_everything(seed)

    @contextmanager
    def restored(self) -> Iterator["OwnLoop"]:
        """Put weights, buffers, modes, optimizer, settings, data and random states back after the block; what `taken` counts stays."""
        before, place = Snapshot(self.model, self.optimizer), self.order.place
        settings = {name: getattr(self, name) for name in SETTINGS if name not in KEPT_ELSEWHERE} | {"kept": self.kept}
        try:
            yield self
        finally:
            before.put_back()
            self.order.place = place
            for name, value in settings.items():
                setattr(self, name, value)

    def fresh(self) -> AbstractContextManager["OwnLoop"]:
        """As it is now, in this process; what is measured in it is undone."""
        return self.restored()
