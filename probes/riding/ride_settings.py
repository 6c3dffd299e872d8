"""The settings of a ridden script and what is known of it: what a ride can change, and a sentence for what it cannot."""

from functools import cached_property
from typing import Any

from advisor.errors import AdvisorError
from advisor.run import OTHERS
from probes.learning_rate import fastai_schedule
from probes.learning_rate.torch_schedule import plan_of
from probes.memory import device_memory
from probes.memory.memory_budget import MemoryBudget
from probes.process.rank import is_sharded, ranks
from probes.riding import own_words
from probes.riding.environments import environment
from probes.riding.loop.loop_shape import LoopShape
from probes.riding.loop.steering import Steering
from probes.riding.own_words import Arguments
from probes.safety.files import kept_away_note
from probes.training import ACTS_IN, FRAMEWORK, OPTIONS, UNKNOWN, Memory

DRAWN = "The script has no DataLoader, so no data could be held out of its training: held-out losses are of other draws of its own."


class RideSettings(MemoryBudget):
    """What can be asked of a ridden training, and set, without a step, see `probes/training.py`."""

    def __init__(self, steering: Steering, apart: Any = None):
        super().__init__()
        self.steering, self.apart, self.arguments = steering, apart, Arguments()
        self.step_time = self.data_time = 0.0
        self.taken = 0

    @property
    def shape(self) -> LoopShape:
        """The loop as its first steps showed it; only to be asked for once they have."""
        assert self.steering.shape is not None
        return self.steering.shape

    # ── settings ───────────────────────────────────────────────────────────────────────────────────────────────────────

    @property
    def lr(self) -> float:
        """The largest learning rate that steps are taken at, whatever the script's schedule says; a new one holds from the next step on."""
        return float(self.steering.lr)  # type: ignore[arg-type]

    @lr.setter
    def lr(self, rate: float) -> None:
        self.steering.lr = float(rate)

    @property
    def batch_size(self) -> int:
        """Examples of a minibatch on this rank; without a DataLoader, those the model was given at once in the first steps.

        Raises
        ------
        AdvisorError
            It is set to another number, and there is no DataLoader, or one that decides the size by itself.
        """
        return self.steering.supply.feed.batch_size if self.steering.supply.feed is not None else self.steering.first.rows

    @batch_size.setter
    def batch_size(self, size: int) -> None:
        size, feed = max(1, min(int(size), self.examples)), self.steering.supply.feed
        if size != self.batch_size:
            if feed is None:
                raise AdvisorError("the script does not load its data with a DataLoader, so its batch size cannot be changed from outside.")
            feed.put_back(feed.place(self.steering.supply.prefetched))
            feed.batch_size = size
            self.steering.lost.changed()

    @property
    def own_accumulation(self) -> int:
        """Minibatches the script itself makes a step of."""
        return self.shape.backwards if self.shape.accumulates else 1

    @property
    def accumulation_steps(self) -> int:
        """Minibatches of a step; a number that is set is rounded up to a multiple of `own_accumulation`."""
        return self.own_accumulation * self.steering.joined.count

    @accumulation_steps.setter
    def accumulation_steps(self, count: int) -> None:
        """A multiple of the script's own."""
        self.steering.joined.count = max(1, -(-count // self.own_accumulation))

    @property
    def num_workers(self) -> int:
        """Processes that load data, 0 without a DataLoader; one that draws in a way of its own keeps its number, whatever is set.

        Raises
        ------
        AdvisorError
            It is set to another number, and the script has no DataLoader.
        """
        return self.steering.supply.feed.num_workers if self.steering.supply.feed is not None else 0

    @num_workers.setter
    def num_workers(self, count: int) -> None:
        if count != self.num_workers:
            if self.steering.supply.feed is None:
                raise AdvisorError("the script does not load its data with a DataLoader.")
            self.steering.supply.feed.num_workers = count

    @property
    def one_batch(self) -> bool:
        """While it is true every step takes the same minibatch, the first after it was set.

        Raises
        ------
        AdvisorError
            It is set to true, and the script has no DataLoader.
        """
        return self.steering.supply.feed is not None and self.steering.supply.feed.one_batch

    @one_batch.setter
    def one_batch(self, same: bool) -> None:
        feed = self.steering.supply.feed
        if same != self.one_batch:
            if feed is None:
                raise AdvisorError("the script does not load its data with a DataLoader, so it cannot be given the same minibatch again.")
            feed.put_back(feed.place(self.steering.supply.prefetched))
            feed.switch_to(one_batch=same)
            self.steering.lost.changed()

    def held(self, batch: Any) -> Any:
        """A block in which tensors take no more than the budget, which is that of all ranks together."""
        assert self.memory_budget is not None
        staying = device_memory.staying(self.steering.modules, self.steering.optimizers)
        return device_memory.held(self.device, self.memory_budget / ranks(), batch, staying)

    @property
    def precision(self) -> str:
        """What forward passes compute in: "fp32", the script's own way, or "bf16"; see `AlteredForward.set_precision`."""
        return self.steering.forward.precision

    @precision.setter
    def precision(self, name: str) -> None:
        self.steering.forward.set_precision(name, self.shape)

    @property
    def checkpointing(self) -> bool:
        """Whether the model's repeated blocks are checkpointed; see `AlteredForward.set_checkpointing`."""
        return self.steering.forward.checkpointing

    @checkpointing.setter
    def checkpointing(self, on: bool) -> None:
        self.steering.forward.set_checkpointing(on)

    # ── what is known ──────────────────────────────────────────────────────────────────────────────────────────────────

    @property
    def notes(self) -> list[str]:
        """Which files were kept away from the user's so far, and that nothing is held out where there is no DataLoader."""
        written = kept_away_note(self.apart) if self.apart is not None else []
        return written + ([DRAWN] if self.steering.supply.feed is None else [])

    @property
    def hparams(self) -> dict[str, Any]:
        """Today's largest lr, batch size and optimizer, what else is not 0 in its first group, and the plan of its schedule."""
        group = self.shape.group[0].param_groups[0]
        extra: dict[str, Any] = {
            name: float(group[name]) for name in ("momentum", "weight_decay") if isinstance(group.get(name), int | float)
        }
        known = {"lr": self.steering.settings.today, "batch_size": self.batch_size, "optimizer": type(self.shape.group[0]).__name__}
        if self.own_accumulation > 1:
            extra["accumulation_steps"] = self.own_accumulation
        if self.shape.others:
            extra[OTHERS] = ", ".join(type(other).__name__ for other in self.shape.others)
        known |= {name: value for name, value in extra.items() if value}
        options = self.arguments.options(known)
        return known | self.plan | ({OPTIONS: options} if options else {})

    @cached_property
    def plan(self) -> dict[str, Any]:
        """What the script and its scheduler tell of the training; asked once, before the probe has changed anything."""
        steps_per_epoch = max(1, self.examples // (self.batch_size * self.accumulation_steps))
        scheduled = fastai_schedule.plan_of(self.shape.group) or plan_of(self.shape.group, steps_per_epoch)
        said = {FRAMEWORK: own_words.framework(), ACTS_IN: environment()}
        told = own_words.plan(self.arguments, steps_per_epoch if self.examples < UNKNOWN else 0, self.steering.first.made_at)
        return told | scheduled | {name: word for name, word in said.items() if word}

    @property
    def examples(self) -> int:
        """Training examples of this rank; `UNKNOWN` where the script has no DataLoader."""
        return self.steering.supply.feed.examples if self.steering.supply.feed is not None else UNKNOWN

    @property
    def device(self) -> str:
        """Where the first parameter is, as torch writes it."""
        return str(self.steering.parameters[0].device)

    @property
    def grad_norm(self) -> float:
        """The 2-norm after the last backward pass, unscaled; its root mean square over ranks is the whole's. NaN where there was none."""
        shares = ranks() if is_sharded(self.steering.parameters) else 1  # the root of the mean square over ranks is that of the whole
        return float("nan") if self.steering.gradient.norm is None else float(self.steering.gradient.norm) * shares**0.5

    def predicted_memory(self, batch_size: int) -> Memory | None:
        """Always None: a script's step has to be taken to know."""
        return None
