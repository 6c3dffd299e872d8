"""An unmodified script as a Training: a conversation with the probe, held from inside the script's own loop.

After each optimizer step the script waits for what the probe asks next. What can be answered at once is; what needs the loop, a step or a
few, lets the script go on until it comes by again. So the methods that need it are generators: each `yield` is one step of the script.
Where the script comes to its end it is run again, and its training put back to where it was.
"""

import contextlib
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Any

from advisor.errors import AdvisorError
from probes import device_memory
from probes.file_safety import told
from probes.gradient_sums import GradientSums
from probes.script_state import ScriptState
from probes.snapshot import seed_everything
from probes.steering import Record, Steering
from probes.training import Memory, Moments

Steps = Generator[None, Record, Any]
EVALUATED = 4  # steps, where no examples can be held out
EVALUATION_SEED = 20_000_003


class Ride:
    """The Training inside a running script, see `probes/training.py`; methods that take steps are generators."""

    def __init__(self, steering: Steering, apart: Any = None):
        self.steering, self.apart = steering, apart
        self.step_time = self.data_time = 0.0
        self.taken = 0
        self._memory_budget: float | None = None

    # ── settings ───────────────────────────────────────────────────────────────────────────────────────────────────────

    @property
    def lr(self) -> float:
        return float(self.steering.lr)  # type: ignore[arg-type]

    @lr.setter
    def lr(self, rate: float) -> None:
        self.steering.lr = float(rate)

    @property
    def batch_size(self) -> int:
        return self.steering.feed.batch_size if self.steering.feed is not None else self.steering.rows

    @batch_size.setter
    def batch_size(self, size: int) -> None:
        size, feed = max(1, min(int(size), self.examples)), self.steering.feed
        if size != self.batch_size:
            if feed is None:
                raise AdvisorError("the script does not load its data with a DataLoader, so its batch size cannot be changed from outside.")
            feed.put_back(feed.place(self.steering.fresh))
            feed.batch_size = size
            self.steering.changed()

    @property
    def own_accumulation(self) -> int:
        """Minibatches the script itself makes a step of."""
        return self.steering.backwards if self.steering.accumulates else 1

    @property
    def accumulation_steps(self) -> int:
        return self.own_accumulation * self.steering.parts

    @accumulation_steps.setter
    def accumulation_steps(self, count: int) -> None:
        if count % self.own_accumulation:
            raise AdvisorError(f"the script accumulates over {self.own_accumulation} minibatches itself; {count} is no multiple of that.")
        self.steering.parts = count // self.own_accumulation

    @property
    def num_workers(self) -> int:
        return self.steering.feed.num_workers if self.steering.feed is not None else 0

    @num_workers.setter
    def num_workers(self, count: int) -> None:
        if count != self.num_workers:
            if self.steering.feed is None:
                raise AdvisorError("the script does not load its data with a DataLoader.")
            self.steering.feed.num_workers = count

    @property
    def one_batch(self) -> bool:
        return self.steering.feed is not None and self.steering.feed.one_batch

    @one_batch.setter
    def one_batch(self, same: bool) -> None:
        feed = self.steering.feed
        if same != self.one_batch:
            if feed is None:
                raise AdvisorError("the script does not load its data with a DataLoader, so it cannot be given the same minibatch again.")
            feed.put_back(feed.place(self.steering.fresh))
            feed.settle(one_batch=same)
            self.steering.changed()

    @property
    def memory_budget(self) -> float | None:
        return self._memory_budget

    @memory_budget.setter
    def memory_budget(self, budget: float | None) -> None:
        """Held by the allocator of an accelerator; on the CPU nothing holds a script's memory to it."""
        self._memory_budget = budget
        device_memory.set_budget(self.device, budget)

    @property
    def precision(self) -> str:
        return "fp32"

    @precision.setter
    def precision(self, name: str) -> None:
        if name != "fp32":
            raise AdvisorError("the precision of a script is its own; change it there.")

    @property
    def checkpointing(self) -> bool:
        return False

    @checkpointing.setter
    def checkpointing(self, on: bool) -> None:
        if on:
            raise AdvisorError("activation checkpointing is the script's own business; change it there.")

    # ── what is known ──────────────────────────────────────────────────────────────────────────────────────────────────

    @property
    def notes(self) -> list[str]:
        return told(self.apart.written(), Path.cwd()) if self.apart is not None else []

    @property
    def hparams(self) -> dict[str, Any]:
        group = self.steering.group[0].param_groups[0]
        extra = {name: float(group[name]) for name in ("momentum", "weight_decay") if isinstance(group.get(name), int | float)}
        known = {"lr": self.steering.today, "batch_size": self.batch_size, "optimizer": type(self.steering.group[0]).__name__}
        return known | {name: value for name, value in extra.items() if value}

    @property
    def examples(self) -> int:
        return self.steering.feed.examples if self.steering.feed is not None else 2**31

    @property
    def device(self) -> str:
        return str(self.steering.parameters[0].device)

    @property
    def grad_norm(self) -> float:
        return float("nan") if self.steering.norm is None else float(self.steering.norm)

    def free_memory(self) -> float:
        return device_memory.free(self.device) if self.memory_budget is None else self.memory_budget

    def predicted_memory(self, batch_size: int) -> Memory | None:
        return None

    def examined(self) -> dict[str, float]:
        raise AdvisorError("what a script's model and data look like is not looked at; write a model.py for that.")

    # ── what takes steps ───────────────────────────────────────────────────────────────────────────────────────────────

    def step(self) -> Steps:
        steering, losses = self.steering, []
        self.step_time = self.data_time = 0.0
        if steering.parts > 1:
            steering.sums = {id(p): None for p in steering.parameters}
        try:
            for part in range(steering.parts):
                steering.frozen = part < steering.parts - 1
                record = yield
                losses.append(record.loss)
                self.step_time, self.data_time = self.step_time + record.step_time, self.data_time + record.data_time
        finally:
            steering.frozen, steering.sums = False, None
        self.taken += 1
        return sum(losses) / len(losses)

    def step_memory(self) -> Generator[None, Record, Memory]:
        steering = self.steering
        with contextlib.ExitStack() as stack:
            entered: list[Any] = []

            def begin(batch: Any) -> None:
                entered.append(stack.enter_context(device_memory.peak(self.device, batch)))

            if steering.feed is None:
                begin(())
            else:
                steering.fetched_next = begin
            yield from self.step()
        steering.fetched_next = None
        return entered[0].memory

    def gradient_moments(self, count: int, groups: int) -> Generator[None, Record, Moments]:
        steering, sums = self.steering, GradientSums(count, groups, each=self.own_accumulation > 1)
        steering.reading = sums.after_backward
        try:
            with steering.at_rest():
                while not sums.complete:
                    if steering.stale:
                        sums.forget()
                    yield
                    sums.at_step()
        finally:
            steering.reading = None
        self.taken += count
        return sums.moments()

    def evaluate(self) -> Steps:
        steering, feed, losses = self.steering, self.steering.feed, []
        place, same = (feed.place(steering.fresh), feed.one_batch) if feed is not None else (None, False)
        try:
            with steering.at_rest(), in_evaluation(steering):
                if feed is None:
                    seed_everything(EVALUATION_SEED)  # a script that draws its data at random draws other ones than in training
                    steps = EVALUATED
                else:
                    feed.settle(evaluating=True)
                    steering.changed()
                    steps = -(-feed.held // max(1, steering.batches))
                for _ in range(steps):
                    record = yield
                    losses.append(record.loss)
        finally:
            if feed is not None:
                feed.settle(one_batch=same)
                feed.put_back(place)
                steering.changed()
        return sum(losses) / len(losses)

    # ── going back ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def reseed(self, seed: int) -> None:
        seed_everything(seed)
        if self.steering.feed is not None:
            self.steering.feed.reseed(seed)
            self.steering.changed()

    @contextlib.contextmanager
    def restored(self) -> Iterator["Ride"]:
        steering, feed = self.steering, self.steering.feed
        state = ScriptState(steering.optimizers, steering.modules)
        place = feed.place(steering.fresh) if feed is not None else None
        settings = steering.lr, steering.parts, self.memory_budget, self.one_batch, self.num_workers
        try:
            yield self
        finally:
            steering.lr, steering.parts, self.memory_budget, same, workers = settings
            state.put_back(steering.optimizers, steering.modules)
            if feed is not None:
                feed.settle(one_batch=same)
                self.num_workers = workers
                feed.put_back(place)
                steering.changed()


@contextlib.contextmanager
def in_evaluation(steering: Steering) -> Iterator[None]:
    """The modules in evaluation mode, whatever the script says meanwhile; recurrent ones stay, for cuDNN takes no gradient of them then."""
    import torch

    def parts() -> list[Any]:
        return [part for module in steering.modules for part in module.modules()]

    def set_modes() -> None:
        for part in parts():
            part.training = part.training and isinstance(part, torch.nn.RNNBase)

    modes, original = [part.training for part in parts()], torch.nn.Module.train
    torch.nn.Module.train = lambda module, mode=True: module  # type: ignore[method-assign,assignment]
    steering.when_ready = set_modes  # a script that is run again makes other modules
    set_modes()
    try:
        yield
    finally:
        torch.nn.Module.train = original  # type: ignore[method-assign]
        steering.when_ready = None
        for part, mode in zip(parts(), modes, strict=False):
            part.training = mode
