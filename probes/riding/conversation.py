"""Runs a script so that a probe can ride it: the rider in its loop, the probe at the other end of a channel."""

import argparse
import contextlib
import gc
import math
import os
import sys
import threading
from collections.abc import Generator
from types import GeneratorType
from typing import Any

from advisor.errors import AdvisorError
from probes.examination.data import has_nan
from probes.hooks.other_engines import no_loop
from probes.hooks.torch_hooks import Hooks, StopProbe
from probes.memory.device_memory import ran_out
from probes.process.answers import Answers
from probes.process.channel import Channel, Reply, Request, failure
from probes.process.rank import forget_process_group, next_rendezvous, ranks, rendezvous_store
from probes.programs import run_script
from probes.programs.other_threads import wait_for_others_than
from probes.programs.program import Program
from probes.riding.feeding.fastai_feed import ride_fastai
from probes.riding.loop.loop_shape import LOOKS
from probes.riding.loop.steering import Steering
from probes.riding.loop.step_record import StepRecord
from probes.riding.ride import RiddenTraining
from probes.riding.script_errors import ended, explained, lost_numbers
from probes.state.script_state import ScriptState

IN_VAIN = 6  # runs of a script without a step


class Conversation:
    """Between the probe and the script, whoever's turn it is."""

    def __init__(self, channel: Channel, seed: int, apart: Any = None):
        self.channel, self.apart = channel, apart
        self.steering = Steering(seed, self.ready, self.stepped)
        self.ride = RiddenTraining(self.steering, apart)
        self.answers = Answers(self.ride)
        self.turns: Any = None
        self.over = self.broke = False  # the probe was told the last there is to tell; the script broke and has not trained again yet
        self.steps_taken = 0  # steps of this run of the script
        self.sizes: set[int] = set()  # batch sizes at which it took a step

    def ready(self) -> None:
        """The loop is understood; the probe may begin to ask."""
        if self.turns is None:
            self.sizes.add(self.ride.batch_size)
            self.channel.send(Reply("ready"))
            self.turns = self.serve_requests()
            self.probe_turn(lambda: next(self.turns))
        elif self.broke:
            self.broke = False
            self.probe_turn(lambda: next(self.turns))

    def stepped(self, record: StepRecord) -> None:
        """The script took a step: the probe's turn, from inside the script's loop, until it wants another one."""
        self.steps_taken += 1
        self.sizes.add(self.ride.batch_size)
        self.probe_turn(lambda: self.turns.send(record))

    def probe_turn(self, turn) -> None:
        """The probe's turn, until the script is to take another step."""
        if self.over and self.apart is not None:
            os._exit(0)  # the script caught what was to end it, and this process is its alone
        try:
            turn()
        except StopIteration:
            self.over = True
            raise StopProbe from None

    def serve_requests(self) -> Generator[None, StepRecord, None]:
        """Answer requests until the other end is gone; each `yield` lets the script take a step, whose record is sent in."""
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

    def answered(self, request: Request) -> Generator[None, StepRecord, Reply]:
        """The reply to a request, an exception's too; a `yield` for each step of the script that it takes."""
        reply = self.answers.to(request)
        if not isinstance(reply.value, GeneratorType):
            return reply
        try:
            return Reply((yield from reply.value))
        except Exception as error:
            return failure(error)

    def failed(self, error: Exception) -> None:
        """The riding itself did. The probe is told here and now: a script that catches everything would hold the news back."""
        reply = failure(error)
        text = reply.text if reply.kind == "AdvisorError" else f"{reply.kind}: {reply.text}"
        self.finish(reply if self.turns is None else Reply(kind="EndedError", text=text))
        raise StopProbe

    def finish(self, reply: Reply) -> None:
        """Tell the probe the last there is to tell, whether it listens or not."""
        self.over = True
        with contextlib.suppress(BrokenPipeError):
            self.channel.send(reply)

    def run(self, program: Program) -> None:
        """Run the script, again where it ends too early, until the other end is gone."""
        import torch.utils.data

        hooks = Hooks(self.steering, self.failed).start()
        hooks.replace(torch.utils.data.DataLoader, "__iter__", self.steering.supply.iterate)
        ride_fastai(hooks, self.steering)
        hooks.replace(argparse.ArgumentParser, "parse_known_args", self.ride.arguments.parse)
        hooks.replace(torch.autocast, "__enter__", self.steering.forward.enter_autocast)
        if ranks() > 1:
            hooks.replace(sys.modules["torch.distributed.rendezvous"], "_create_c10d_store", rendezvous_store)
        try:
            self.run_repeatedly(program, hooks)
        finally:
            hooks.stop()

    def run_repeatedly(self, program: Program, hooks: Hooks) -> None:
        """Run the script until nobody asks any more; give up where its first run shows no loop, or `IN_VAIN` later ones take no step."""
        in_vain, home = 0, os.getcwd()
        while in_vain < IN_VAIN:
            self.steps_taken = 0
            os.chdir(home)  # the script may have left it
            error, trained = self.run_once(program), self.steering.shape is not None
            undo = error is not None and self.steering.withheld.broke()
            if self.turns is None and not (self.over or undo):
                self.finish(failure(no_loop(self.steering.first, LOOKS, error)))
            if self.over:
                return
            error = None if error is None or undo else self.in_other_words(error)
            in_vain = 0 if self.steps_taken or self.steering.is_lost() or isinstance(error, AdvisorError) else in_vain + 1
            if in_vain > 1:
                error = AdvisorError(f"{program.path.name} was run twice and ended without another step" + (f": {error}" if error else "."))
            try:
                if (error is not None or self.steering.is_lost()) and not self.broke:
                    self.report_failure(error)
            except StopIteration:
                return
            self.begin_again(trained and in_vain < 2)
            hooks.thread, hooks.depth = None, 0

    def in_other_words(self, error: Exception) -> Exception | None:
        """What the script broke with, in other words where it broke for what is asked of it; None where it is run again otherwise."""
        size = self.ride.batch_size if self.steering.shape is not None else None
        if self.steering.supply.end_epochs():
            return None
        if self.broke or size is None or self.steering.is_lost():
            return error
        return explained(error, size, self.sizes, self.steering.supply.last)

    def note_lost_numbers(self, error: BaseException) -> None:
        """Whether it broke for what its training came to: not for its data, nor at a batch size at which it never took a step."""
        steering = self.steering
        known = steering.shape is not None and self.ride.batch_size in self.sizes and not ran_out(error)  # to look takes memory
        steering.numbers_lost = known and not has_nan(steering.supply.last) and lost_numbers(error)

    def report_failure(self, error: Exception | None) -> None:
        """Tell the probe that the script broke; where the loss or the weights were lost, for its last step that is what came of it."""
        self.broke = True
        if error is None or self.steering.is_lost():
            self.turns.send(StepRecord(math.nan, 0.0, 0.0))
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
        next_rendezvous()
        gc.collect()

    def run_once(self, program: Program) -> Exception | None:
        """Until the script and its threads end; the exception it ended with, None where it came to its end."""
        before = set(threading.enumerate())
        try:
            run_script.execute(program)
        except SystemExit as end:
            self.note_lost_numbers(end)
            return ended(end, program)
        except Exception as error:
            self.note_lost_numbers(error)
            return error.with_traceback(None)
        finally:
            wait_for_others_than(before)
            self.steering.script_ended()
        return None
