"""A training in a process of its own: whatever happens there, a crash, a kill, an out-of-memory, is an exception here."""

import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Any

from probes.process.allowance import Allowance
from probes.process.channel import Channel, EndedError, Request
from probes.process.watched_child import end_child, watched_child
from probes.training import EXAMINED, Memory, Moments

PATIENCE = 5.0  # seconds a process has to end by itself


def remote(name: str) -> Any:
    """An attribute of the training over there."""
    return property(lambda self: self.ask("get", name), lambda self, value: self.ask("set", name, value))


class RemoteTraining:
    """The Training that a recipe makes, in a process that was started for it.

    A process that has ended is started again when it is asked next, outside of blocks that restore: the training is then as it was in the
    beginning. Every step is drawn from `allowance`, which raises SpentError where it has none left. What is printed over there goes to the
    file `output`, and to this process's standard error without one.

    Raises
    ------
    AdvisorError
        The recipe cannot be followed; the sentence says why.
    """

    lr, batch_size, accumulation_steps, num_workers = map(remote, ("lr", "batch_size", "accumulation_steps", "num_workers"))
    precision, checkpointing, one_batch, memory_budget = map(remote, ("precision", "checkpointing", "one_batch", "memory_budget"))
    hparams, notes, examples, device = map(remote, ("hparams", "notes", "examples", "device"))
    step_time, data_time, grad_norm = map(remote, ("step_time", "data_time", "grad_norm"))
    processor_times, threads = map(remote, ("processor_times", "threads"))

    def __init__(self, recipe: Any, allowance: Allowance | None = None, output: IO[bytes] | None = None):
        self.recipe, self.allowance, self.output, self.depth = recipe, allowance or Allowance(), output, 0
        self.process: subprocess.Popen | None = None
        self.lasted: dict[str, tuple[float, ...]] = {}  # seconds of the last two calls of a name, of a step where it takes several
        self.start()

    def start(self) -> None:
        """Start the process and wait, without a limit, until the training is there or the reason why not has come."""
        begin = time.perf_counter()
        self.process = watched_child(self.output)
        self.channel = Channel(self.process.stdout, self.process.stdin)  # type: ignore[arg-type]
        try:
            self.exchange(self.recipe)
        except BaseException:
            self.close()
            raise
        self.starting = time.perf_counter() - begin

    def exchange(self, message: Any) -> Any:
        """Send the message; what comes back, opened. Whatever interrupts it ends the process: its reply would be taken for the next."""
        try:
            self.channel.send(message)
            reply = self.channel.receive()
        except (EOFError, BrokenPipeError):
            raise EndedError(self.ended()) from None
        except BaseException:
            self.close()
            raise
        if reply.kind == "EndedError":
            self.close()
        return reply.value_or_raise()

    def ask(self, do: str, name: str = "", *arguments: Any) -> Any:
        """What the process answers to a request; one that had ended is started again first, outside of blocks that restore.

        Raises
        ------
        AdvisorError, MemoryError, EndedError, FailedError
            What was raised instead; EndedError too where the process ended, or had ended in a block that restores.
        """
        if self.process is None:
            if self.depth:
                raise EndedError("its process had ended before")
            self.start()
        return self.exchange(Request(do, name, arguments))

    def ended(self) -> str:
        """How the process ended, in words."""
        assert self.process is not None
        try:
            code = self.process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            code = None
        self.close()
        return exit_text(code)

    @property
    def taken(self) -> int:
        """Steps and gradients drawn from the allowance so far, by all trainings that share it."""
        return self.allowance.taken

    def drawn(self, steps: int, name: str, *arguments: Any) -> Any:
        """Draw the steps of a call, which should last as long as it did of late; what it answers over there."""
        each, before = max(steps, 1), self.lasted.get(name, ())
        self.allowance.draw(steps, each * min(before, default=0.0))
        begin = time.perf_counter()
        value = self.ask("call", name, *arguments)
        self.lasted[name] = (*before[-1:], (time.perf_counter() - begin) / each)
        return value

    def step(self) -> float:
        """Draw a step and take it over there; its loss."""
        return self.drawn(1, "step")

    def gradient_moments(self, count: int, groups: int) -> Moments:
        """Draw `count` steps, one for each minibatch gradient over there."""
        return self.drawn(count, "gradient_moments", count, groups)

    def evaluate(self) -> float:
        """The held-out loss, which costs no steps but needs time to be left."""
        return self.drawn(0, "evaluate")

    def examined(self) -> dict[str, float]:
        """Draw `EXAMINED` steps, and have the training looked at over there."""
        return self.drawn(EXAMINED, "examined")

    def step_memory(self) -> Memory:
        """Draw a step; the bytes it takes over there."""
        return self.drawn(1, "step_memory")

    def predicted_memory(self, batch_size: int) -> Memory | None:
        """Bytes of a step at this batch size, or None; it costs no steps but needs time to be left."""
        return self.drawn(0, "predicted_memory", batch_size)

    def free_memory(self) -> float:
        """Bytes the process over there could have in all, what it holds included; the memory budget where there is one."""
        return self.ask("call", "free_memory")

    def reseed(self, seed: int) -> None:
        """Other random states and another order of data over there."""
        self.ask("call", "reseed", seed)

    @contextmanager
    def restored(self) -> Iterator["RemoteTraining"]:
        """A block that is restored over there; where the process ended in it, there is nothing to put back."""
        self.ask("enter")
        self.depth += 1
        try:
            yield self
        finally:
            self.depth -= 1
            if self.process is not None:
                self.ask("leave")

    @contextmanager
    def fresh(self) -> Iterator["RemoteTraining"]:
        """The same training from its beginning, in another process; what it takes counts here too."""
        other = RemoteTraining(self.recipe, self.allowance)
        try:
            yield other
        finally:
            other.close()

    def close(self) -> None:
        """End the process and everything it started."""
        process, self.process = self.process, None
        if process is not None:
            end_child(process)


def exit_text(code: int | None) -> str:
    """The status a process ended with."""
    if code == -signal.SIGKILL:
        return "its process was killed, most likely because memory ran out"
    if code is not None and code < 0:
        return f"its process crashed ({signal.Signals(-code).name})"
    return f"its process ended with status {code}"
