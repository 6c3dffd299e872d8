"""Runs a script so that a probe can ride it: the rider in its loop, the probe at the other end of a channel."""

import contextlib
import gc
import math
import sys
from collections.abc import Generator
from pathlib import Path
from types import GeneratorType
from typing import Any

from advisor.errors import AdvisorError
from probes import script
from probes.channel import Channel, Reply, Request, failure
from probes.child import Answers
from probes.fastai_ride import ride_fastai
from probes.hooks import Hooks, StopProbe
from probes.one_of_ranks import meet_anew, meeting_of_this_run, ranks
from probes.ride import Ride
from probes.script_state import ScriptState
from probes.steering import Record, Steering

IN_VAIN = 6  # runs of a script without a step
NO_STEP = (
    "no optimizer step was seen in {name}, so it cannot be probed: {ended}. A script is ridden through the optimizers of torch and fastai; "
    "DeepSpeed and Megatron step with engines of their own, and processes that a script starts are out of reach."
)


class Conversation:
    """Between the probe and the script, whoever's turn it is."""

    def __init__(self, channel: Channel, seed: int, apart: Any = None):
        self.channel = channel
        self.steering = Steering(seed, self.ready, self.stepped)
        self.ride = Ride(self.steering, apart)
        self.answers = Answers(self.ride)
        self.turns: Any = None
        self.broken: Exception | None = None
        self.broke = False  # the script did, and has not trained again yet
        self.told = 0  # steps of this run of the script

    def ready(self) -> None:
        """The loop is understood; the probe may begin to ask."""
        if self.turns is None:
            self.channel.send(Reply("ready"))
            self.turns = self.taken_in_turns()
            self.go_on(lambda: next(self.turns))
        elif self.broke:
            self.broke = False
            self.go_on(lambda: next(self.turns))

    def stepped(self, record: Record) -> None:
        self.told += 1
        self.go_on(lambda: self.turns.send(record))

    def go_on(self, turn) -> None:
        """The probe's turn, until the script is to take another step."""
        try:
            turn()
        except StopIteration:
            raise StopProbe from None

    def taken_in_turns(self) -> Generator[None, Record, None]:
        while True:
            try:
                request = self.channel.receive()
            except EOFError:
                return
            reply = yield from self.answered(request)
            with contextlib.suppress(BrokenPipeError):
                self.channel.send(reply)
            if self.broke:
                yield  # until the script trains again

    def answered(self, request: Request) -> Generator[None, Record, Reply]:
        reply = self.answers.to(request)
        if not isinstance(reply.value, GeneratorType):
            return reply
        try:
            return Reply((yield from reply.value))
        except Exception as error:
            return failure(error)

    def failed(self, error: Exception) -> None:
        self.broken = error
        raise StopProbe

    def hold(self, path: Path, arguments: list[str]) -> None:
        """Run the script, again where it ends too early, until the other end is gone."""
        from torch.utils.data import DataLoader

        hooks = Hooks(self.steering, self.failed).start()
        hooks.replace(DataLoader, "__iter__", self.steering.supply.iterate)
        ride_fastai(hooks, self.steering)
        if ranks() > 1:
            hooks.replace(sys.modules["torch.distributed.rendezvous"], "_create_c10d_store", meeting_of_this_run)
        try:
            self.run_and_run_again(path, arguments, hooks)
        finally:
            hooks.stop()

    def run_and_run_again(self, path: Path, arguments: list[str], hooks: Hooks) -> None:
        in_vain = 0
        while in_vain < IN_VAIN:
            self.told = 0
            error, trained = self.run(path, arguments), self.steering.shape is not None
            if self.turns is None or self.broken is not None:
                ended = f"it ended with {type(error).__name__}: {error}" if error is not None else "it ended before its first one"
                self.channel.send(failure(self.broken or AdvisorError(NO_STEP.format(name=path.name, ended=ended))))
                return
            in_vain = 0 if self.told or self.steering.is_lost() else in_vain + 1
            if in_vain > 1:
                error = AdvisorError(f"{path.name} was run twice and ended without another step" + (f": {error}" if error else "."))
            try:
                if (error is not None or self.steering.is_lost()) and not self.broke:
                    self.tell(error)
            except StopIteration:
                return
            self.begin_again(trained and in_vain < 2)
            hooks.thread, hooks.depth = None, 0

    def tell(self, error: Exception | None) -> None:
        """Tell the probe that the script broke; where the loss or the weights were lost, for its last step that is what came of it."""
        self.broke = True
        if error is None or self.steering.is_lost():
            self.turns.send(Record(math.nan, 0.0, 0.0))
        else:
            self.turns.throw(error)

    def begin_again(self, trained: bool) -> None:
        """Prepare for another run, which goes on where the last one ended, or from the beginning where it did not get far from there."""
        steering = self.steering
        steering.carried = ScriptState(steering.optimizers, steering.modules) if trained else None
        if steering.carried is not None:
            steering.carried.random = steering.supply.random or steering.carried.random
        steering.start()
        forget_process_group()
        meet_anew()
        gc.collect()

    def run(self, path: Path, arguments: list[str]) -> Exception | None:
        """Until the script ends; the exception it ended with, None where it came to its end."""
        try:
            script.execute(path, arguments)
        except StopProbe:
            if self.broken is None:
                raise
        except SystemExit as end:
            if end.code not in (None, 0):
                return RuntimeError(f"the script ended with status {end.code}")
        except Exception as error:
            return error.with_traceback(None)
        return None


def forget_process_group() -> None:
    """A script that is run again makes its process group again."""
    import torch.distributed as dist

    if dist.is_available() and dist.is_initialized():
        dist.destroy_process_group()
