"""Steers a script's own loop from inside: at which learning rate a step is taken, whether it changes anything, where its data come from.

The first steps only show how the loop is built: which optimizers step together, how many minibatches and backward passes make a step, and
how many minibatches are fetched ahead. Steps that must not change the weights have their gradients taken away, which every optimizer
understands, whatever it keeps; a learning rate of 0 would still move its state.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from probes.feed import Feed, feed_of
from probes.layer_figures import gradients
from probes.recorder import gradient_norms, rows_of
from probes.script_state import Buffers, ScriptState, parameters_of, roots
from probes.snapshot import RandomStates

LOOKS = 3  # steps that show how the loop is built


@dataclass(frozen=True)
class Record:
    """A step that was taken: its loss, and seconds in all and waiting for data."""

    loss: float
    step_time: float
    data_time: float


class Steering:
    """Listens to `hooks.Hooks`; calls `stepped(record)` after every step, from within the script's loop, once it knows the loop."""

    def __init__(self, seed: int, ready: Callable[[], None], stepped: Callable[[Record], None]):
        self.seed, self.ready, self.stepped = seed, ready, stepped
        self.lr: float | None = None
        self.frozen, self.parts = False, 1
        self.sums: dict[int, Any] | None = None
        self.reading: Callable[[list[Any]], None] | None = None
        self.fetched_next: Callable[[Any], None] | None = None
        self.feed: Feed | None = None
        self.carried: ScriptState | None = None
        self.begin: Any = None
        self.when_ready: Callable[[], None] | None = None
        self.known, self.rows = False, 1  # examples that the model is given at once
        self.watching: list[Any] = []
        self.start()

    def start(self) -> None:
        """The script begins."""
        if self.feed is not None and self.known:
            self.feed.lose(self.fresh)
        self.known, self.looks = False, 0
        self.seen: list[Any] = []
        self.made_with: dict[int, list[dict[str, Any]]] = {}
        self.all_made: list[Any] = []
        self.optimizers: list[Any] = []
        self.group: list[Any] = []
        self.modules: list[Any] = []
        self.untouched: Buffers | None = None
        self.loader: Any = None
        self.training: Passing | None = None
        self.batches, self.backwards, self.ahead, self.stale, self.inside = 0, 1, 0, 0, False
        self.filler = 0
        self.last: Any = None
        self.random: RandomStates | None = None
        self.before_step_state: tuple[Buffers, RandomStates] | None = None
        self.before_stale: tuple[Buffers, RandomStates] | None = None
        self.true_settings: dict[int, list[dict[str, Any]]] = {}
        self.norm: Any = None
        self.forget()

    def forget(self) -> None:
        """Nothing is known of the next step."""
        self.passes, self.partial = 0, False
        self.loss: Any = None
        self.counted, self.data_time, self.since = False, 0.0, time.perf_counter()

    # ── what torch tells ───────────────────────────────────────────────────────────────────────────────────────────────

    def made(self, optimizer: Any) -> None:
        if self.known:
            return
        self.made_with[id(optimizer)] = [scheduled(group) for group in optimizer.param_groups]
        self.all_made.append(optimizer)
        if self.carried is None:
            modules = roots(parameters_of(self.all_made))
            self.untouched = Buffers(modules)
            self.watching += [module.register_forward_pre_hook(self.count_rows, with_kwargs=True) for module in modules]

    def count_rows(self, module: Any, args: Any, options: Any) -> None:
        self.rows = rows_of((args, options)) or self.rows

    def fetched(self, batch: Any, seconds: float) -> None: ...

    def backward(self, loss: Any, scale: Any, inside: bool) -> None:
        self.passes += 1
        if not self.known:
            self.seen.append("backward")
        if self.training is not None:
            self.training.unused = 0
        if not (inside and self.counted):
            self.loss = loss if self.loss is None else self.loss + loss
        self.counted = inside
        if self.known:
            self.norm = total_norm(self.group, scale)
            if self.reading is not None:
                self.reading([p.grad if scale is None or p.grad is None else p.grad / scale for p in self.parameters])
        if inside:
            self.at_gradient(self.optimizers or self.all_made)

    def before_step(self, optimizer: Any) -> None:
        if not (self.known and self.inside):
            self.at_gradient([optimizer])
        if self.known and optimizer in self.group:
            self.hold(optimizer)

    def at_gradient(self, optimizers: list[Any]) -> None:
        """The gradient of a step is there, and not used yet."""
        parameters = parameters_of(optimizers)
        self.partial = self.known and self.accumulates and self.passes < self.backwards
        if self.sums is not None and not self.stale and not self.partial:
            self.add_up([p for p in parameters if p.grad is not None and id(p) in self.sums])
        if self.frozen or self.stale or self.partial or not self.known:
            for p in parameters:
                p.grad = None

    def add_up(self, parameters: list[Any]) -> None:
        """Keep the sum of gradients over the parts of a step; the last part gets their mean."""
        assert self.sums is not None
        for p in parameters:
            before = self.sums[id(p)]
            self.sums[id(p)] = p.grad.detach().clone() if before is None else before.add_(p.grad)
            if not self.frozen:
                p.grad.copy_(self.sums[id(p)] / self.parts)

    def after_step(self, optimizer: Any) -> None:
        self.let_go(optimizer)
        if not self.known:
            self.look(optimizer)
        elif optimizer is self.group[-1]:
            self.close()
        elif optimizer not in self.group:
            self.forget()

    def skipped(self, optimizer: Any) -> None:
        """A gradient scaler found numbers too large and took no step."""
        if self.known and optimizer is self.group[-1]:
            self.close()
        else:
            self.loss = None

    def close(self) -> None:
        loss = float("nan") if self.loss is None else float(self.loss)  # waits for the device
        self.ahead = max(0, self.ahead - (self.passes if self.accumulates else self.batches))
        if self.stale:
            self.stale = max(0, self.stale - self.batches)
            self.settle_stale()
        elif self.partial:  # the last of an epoch, over fewer minibatches: it is undone, and they come again
            self.undo_partial()
        else:
            self.stepped(Record(loss, time.perf_counter() - self.since, self.data_time))
        self.forget()
        self.random = RandomStates()
        if self.accumulates:
            self.before_step_state = Buffers(self.modules), self.random

    @property
    def accumulates(self) -> bool:
        """Whether the script itself makes a step of several minibatches."""
        return self.backwards > 1 and self.batches in (0, self.backwards)

    def undo_partial(self) -> None:
        assert self.before_step_state is not None
        buffers, random = self.before_step_state
        buffers.put_back(self.modules)
        random.put_back()
        if self.feed is not None:
            self.feed.lose(self.passes + self.fresh)
            self.changed()

    def changed(self) -> None:
        """What was fetched ahead is not what is wanted any more: the steps that use it up change nothing and are told to nobody."""
        self.filler = -self.ahead % self.batches if self.batches else 0  # a whole step uses it up
        self.stale = self.ahead + self.filler
        self.before_stale = (Buffers(self.modules), RandomStates()) if self.stale else None

    @property
    def fresh(self) -> int:
        """Minibatches that are wanted, were given, and are not used yet."""
        return max(0, self.ahead - self.stale)

    def settle_stale(self) -> None:
        if self.stale == 0 and self.before_stale is not None:
            buffers, random = self.before_stale
            buffers.put_back(self.modules)
            random.put_back()
            self.before_stale = None

    # ── how the loop is built ──────────────────────────────────────────────────────────────────────────────────────────

    def look(self, optimizer: Any) -> None:
        if not self.seen or optimizer not in self.optimizers:
            self.optimizers.append(optimizer)
        self.seen.append(optimizer)
        self.inside = self.counted
        self.looks += optimizer is self.optimizers[0]
        self.forget()
        if self.looks == LOOKS:
            self.understand()

    def understand(self) -> None:
        """Read from what was seen how the loop is built, and take the wheel."""
        main = self.optimizers[0]
        ends = [i for i, what in enumerate(self.seen) if what is main]
        between = self.seen[ends[-2] + 1 : ends[-1] + 1]
        partners = between[: next((i for i, what in enumerate(between) if isinstance(what, Passing | str)), 0)]
        self.group = [main, *(o for o in partners if o is not main)]
        self.parameters = parameters_of(self.group)
        self.backwards = max(1, between.count("backward"))
        used = [what for what in between if isinstance(what, Passing)] or [what for what in self.seen if isinstance(what, Passing)]
        if used:
            self.training, self.loader = used[0], used[0].loader
            fetched = [what for what in self.seen if isinstance(what, Passing) and what.loader is self.loader]
            self.batches = max(1, sum(what.loader is self.loader for what in between if isinstance(what, Passing)))
            self.ahead = max(0, len(fetched) - LOOKS * self.batches)
            self.feed = self.feed or feed_of(self.loader, self.begin, self.seed)
        self.base = [self.settings(optimizer) for optimizer in self.group]
        self.lr = self.today if self.lr is None else self.lr
        buffers, self.modules = self.untouched, roots(parameters_of(self.optimizers))
        if self.carried is not None:
            self.carried.put_back(self.optimizers, self.modules)
        elif buffers is not None and len(buffers.values) == len(Buffers.of(self.modules)):
            buffers.put_back(self.modules)
        self.known, self.seen = True, []
        while self.watching:
            self.watching.pop().remove()
        if self.when_ready is not None:
            self.when_ready()
        self.changed()
        self.ready()
        self.forget()
        self.before_step_state = Buffers(self.modules), RandomStates()

    # ── learning rate ──────────────────────────────────────────────────────────────────────────────────────────────────

    def settings(self, optimizer: Any) -> list[dict[str, Any]]:
        """What each group was made with, where no schedule has changed it: the learning rate is the highest of the schedule."""
        made = self.made_with.get(id(optimizer), [])
        groups = optimizer.param_groups
        plain = made + [scheduled(group) for group in groups[len(made) :]]
        highest = [group.get("max_lr", group.get("initial_lr", own["lr"])) for group, own in zip(groups, plain, strict=False)]
        return [{**own, "lr": float(lr)} for own, lr in zip(plain, highest, strict=False)]

    @property
    def today(self) -> float:
        return max(own["lr"] for settings in self.base for own in settings)

    def hold(self, optimizer: Any) -> None:
        """Let this step be taken at our learning rate, and at the momentum the optimizer was made with."""
        assert self.lr is not None
        self.true_settings[id(optimizer)] = [scheduled(group) for group in optimizer.param_groups]
        for group, own in zip(optimizer.param_groups, self.base[self.group.index(optimizer)], strict=False):
            put(group, {**own, "lr": own["lr"] * (self.lr / self.today) if self.today else self.lr})

    def let_go(self, optimizer: Any) -> None:
        """Give the optimizer its settings back, so that a schedule goes on from its own."""
        for group, own in zip(optimizer.param_groups, self.true_settings.pop(id(optimizer), ()), strict=False):
            put(group, own)

    # ── data ───────────────────────────────────────────────────────────────────────────────────────────────────────────

    def iterate(self, original: Any, loader: Any) -> Any:
        """In place of `DataLoader.__iter__`."""
        import torch

        self.begin = original
        if not torch.is_grad_enabled():
            return original(loader)
        if self.known and alike(loader, self.loader):
            self.loader = loader
            if self.feed is not None:
                self.feed.lose(self.fresh)
            self.ahead = self.stale = self.filler = 0  # what was fetched ahead is gone
            self.settle_stale()
        return Passing(self, loader, original)

    def given(self, passing: "Passing") -> Any:
        """A minibatch for the script."""
        begin = time.perf_counter()
        if not self.known:
            batch = self.last = next(passing.source)
            self.seen.append(passing)
        elif passing.loader is self.loader and self.feed is not None:
            if self.random is not None:  # what the script drew since the last step, for an evaluation perhaps, changes no later step
                self.random.put_back()
                self.random = None
            self.training = passing
            passing.unused += 1
            if passing.unused > passing.natural:  # looked through without training on it
                raise StopIteration
            if self.filler:
                self.filler -= 1
            else:
                self.last = self.feed.next()
            batch = self.last
            self.ahead += 1
        else:
            return next(passing.source)
        self.data_time += time.perf_counter() - begin
        if self.fetched_next is not None:
            tell, self.fetched_next = self.fetched_next, None
            tell(batch)
        return batch

    # ── blocks that change nothing ─────────────────────────────────────────────────────────────────────────────────────

    @contextmanager
    def at_rest(self) -> Iterator[None]:
        """Steps in the block leave weights, buffers, optimizers and random states as they were."""
        buffers, random, before = Buffers(self.modules), RandomStates(), self.frozen
        self.frozen = True
        try:
            yield
        finally:
            self.frozen = before
            buffers.put_back(self.modules)
            random.put_back()


class Passing:
    """What a script iterates over in place of its DataLoader's iterator."""

    def __init__(self, steering: Steering, loader: Any, original: Any):
        self.steering, self.loader, self.original = steering, loader, original
        self.unused, self.natural = 0, length(loader)
        self._source: Any = None
        if not (steering.known and loader is steering.loader):
            self._source = original(loader)

    @property
    def source(self) -> Any:
        if self._source is None:
            self._source = self.original(self.loader)
        return self._source

    def __iter__(self) -> "Passing":
        return self

    def __next__(self) -> Any:
        return self.steering.given(self)

    def __len__(self) -> int:
        return len(self.loader)


def alike(one: Any, other: Any) -> bool:
    """Whether it is the same loader, or one made anew for another epoch."""
    return one is other or (
        other is not None
        and type(one.dataset) is type(other.dataset)
        and (one.batch_size, length(one)) == (other.batch_size, length(other))
    )


def length(loader: Any) -> int:
    """Minibatches of an epoch; more than ever come where it does not know."""
    try:
        return len(loader)
    except TypeError:
        return 2**62


def scheduled(group: dict[str, Any]) -> dict[str, Any]:
    """What a schedule may change in a parameter group."""
    values = {name: group[name] for name in ("lr", "betas", "momentum") if name in group}
    return {name: value.clone() if hasattr(value, "clone") else value for name, value in values.items()}


def put(group: dict[str, Any], settings: dict[str, Any]) -> None:
    for name, value in settings.items():
        if hasattr(group[name], "fill_"):
            group[name].fill_(float(value))
        else:
            group[name] = value


def total_norm(optimizers: list[Any], scale: Any) -> Any:
    import torch

    parts = [gradient_norms(optimizer, scale) for optimizer in optimizers if gradients(optimizer)]
    return torch.linalg.vector_norm(torch.cat(parts)) if parts else None
