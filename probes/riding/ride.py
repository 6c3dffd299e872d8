"""An unmodified script as a Training: a conversation with the probe, held from inside the script's own loop.

After each optimizer step the script waits for what the probe asks next. What can be answered at once is; what needs the loop, a step or a
few, lets the script go on until it comes by again. So the methods that need it are generators: each `yield` is one step of the script.
Where the script comes to its end it is run again, and its training put back to where it was.
"""

import contextlib
from collections.abc import Callable, Generator, Iterator
from dataclasses import replace
from typing import Any

from advisor.errors import AdvisorError
from probes.examination.gradients import GradientReach
from probes.gradients.running_moments import GradientSums
from probes.memory import device_memory
from probes.process.rank import is_sharded, own_seed, ranks
from probes.riding.loop.steering import Steering
from probes.riding.loop.step_record import StepRecord
from probes.riding.ride_settings import RideSettings
from probes.state.found_modules import parameters_of
from probes.state.processor_times import processor_times, set_threads, threads
from probes.state.random_states import seed_everything
from probes.state.script_state import ScriptState
from probes.training import EXAMINED, Memory, Moments

Steps = Generator[None, StepRecord, Any]
EVALUATED = 4  # steps, where no examples can be held out
EVALUATION_SEED = 20_000_003


class RiddenTraining(RideSettings):
    """The Training inside a running script; methods that take steps are generators."""

    processor_times = property(lambda _: processor_times())
    threads = property(lambda _: threads(), lambda _, count: set_threads(count))

    # ── what takes steps ───────────────────────────────────────────────────────────────────────────────────────────────

    def step(self) -> Steps:
        """One optimizer step, of as many of the script's as `accumulation_steps` asks for; its loss is the mean of theirs."""
        settings = self.settings
        with self.in_block(self.held) if self.budget_to_hold is not None else contextlib.nullcontext():
            loss = yield from self.joined_steps()
        self.proven[settings] += 1
        self.taken += 1
        return loss

    def joined_steps(self) -> Steps:
        """As many of the script's own as make one."""
        steering, losses = self.steering, []
        self.step_time = self.data_time = 0.0
        steering.joined.begin(steering.parameters)
        try:
            for part in range(steering.joined.count):
                steering.frozen = part < steering.joined.count - 1
                record = yield
                losses.append(record.loss)
                self.step_time, self.data_time = self.step_time + record.step_time, self.data_time + record.data_time
        finally:
            steering.frozen = False
            steering.joined.end()
        return sum(losses) / len(losses)

    def step_memory(self) -> Generator[None, StepRecord, Memory]:
        """Take a step; the bytes it took, counted from its first minibatch on, or from now where the script has no DataLoader."""
        with self.in_block(lambda batch: device_memory.peak(self.device, batch)) as entered:
            yield from self.step()
        return entered[0].memory

    def in_block(self, block: Callable[[Any], Any]) -> Any:
        """Take a step in the block that is made of its first minibatch."""
        return self.steering.blocks.around(block, at_once=self.steering.supply.feed is None)

    def gradient_moments(self, count: int, groups: int) -> Generator[None, StepRecord, Moments]:
        """Of the script's next `count` minibatch gradients on this rank; no weights change.

        Sums over `groups` groups are kept for it on the device, a whole gradient each.

        Raises
        ------
        AdvisorError
            The script accumulates gradients, and is one of several ranks.
        """
        steering, sums = self.steering, GradientSums(count, groups, each=self.own_accumulation > 1)
        if self.own_accumulation > 1 and ranks() > 1:
            raise AdvisorError("the script accumulates gradients on several ranks, which do not tell the noise of each.")
        steering.gradient.reading = sums
        try:
            with steering.without_updates():
                while not sums.complete:
                    yield
                    sums.at_step()
        finally:
            steering.gradient.reading = None
        self.taken += count
        seen, own = sums.moments(), steering.gradient.own is not None
        return multiplied(seen, ranks()) if is_sharded(steering.parameters) else replace(seen, parts=ranks()) if own else seen

    def examined(self) -> Generator[None, StepRecord, dict[str, float]]:
        """What the script's own loop shows: the loss, and which parameters its gradients reach."""
        steering, losses = self.steering, []
        named = [pair for module in steering.modules for pair in module.named_parameters()]
        names = {id(p): name for name, p in named}
        reached = GradientReach([(names.get(id(p), f"{i}"), p) for i, p in enumerate(steering.parameters)])
        steering.gradient.reading = reached
        try:
            with steering.without_updates():
                for _ in range(EXAMINED):
                    record = yield
                    losses.append(record.loss)
        finally:
            steering.gradient.reading = None
        self.taken += EXAMINED
        held = parameters_of(steering.optimizers)
        return {"loss": sum(losses) / EXAMINED, **reached.facts(named, held, {"missing": reached.those("missing")})}

    def evaluate(self) -> Steps:
        """The mean loss over the held-out minibatches; without a DataLoader, over `EVALUATED` steps on other draws of the script's."""
        steering, feed, losses = self.steering, self.steering.supply.feed, []
        place, same = (feed.place(steering.supply.prefetched), feed.one_batch) if feed is not None else (None, False)
        try:
            with steering.without_updates(), in_evaluation(steering):
                if feed is None:
                    seed_everything(own_seed(EVALUATION_SEED))  # a script that draws its data at random draws other ones than in training
                    steps = EVALUATED
                else:
                    feed.switch_to(evaluating=True)
                    steering.lost.changed()
                    steps = -(-feed.held // max(1, steering.supply.batches))
                for _ in range(steps):
                    record = yield
                    losses.append(record.loss)
        finally:
            if feed is not None:
                feed.switch_to(one_batch=same)
                feed.put_back(place)
                steering.lost.changed()
        return sum(losses) / len(losses)

    # ── going back ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def reseed(self, seed: int) -> None:
        """Seed every random state, on each rank otherwise, and have a DataLoader's minibatches come in another order, or others of them."""
        seed_everything(own_seed(seed))
        if self.steering.supply.feed is not None:
            self.steering.supply.feed.reseed(seed)
            self.steering.lost.changed()

    @contextlib.contextmanager
    def restored(self) -> Iterator["RiddenTraining"]:
        """Put back after the block what the script trains, its optimizers, random states and place in the data, and all settings."""
        steering, feed = self.steering, self.steering.supply.feed
        state = ScriptState(steering.optimizers, steering.modules)
        place = feed.place(steering.supply.prefetched) if feed is not None else None
        settings = steering.lr, steering.joined.count, self.memory_budget, self.one_batch, self.num_workers
        precision, checkpointing = self.precision, self.checkpointing
        try:
            yield self
        finally:
            steering.lr, steering.joined.count, self.memory_budget, same, workers = settings
            steering.forward.precision = precision
            steering.forward.set_checkpointing(checkpointing)
            state.put_back(steering.optimizers, steering.modules)
            if feed is not None:
                feed.switch_to(one_batch=same)
                self.num_workers = workers
                feed.put_back(place)
                steering.lost.changed()


def multiplied(seen: Moments, by: int) -> Moments:
    """Of a gradient of which this rank has one share in `by`, so that the mean over ranks is that of the whole."""
    products = tuple(tuple(by * product for product in row) for row in seen.products)
    return Moments(tuple(by * square for square in seen.squares), products)


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
