"""One training of a pair, seen from the one that tries: its process is started, its log written, and its end awaited."""

import os
import resource
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from advisor.errors import AdvisorError
from probes.observing.event_writer import new_file
from probes.process.channel import Channel, Reply
from probes.process.remote_training import exit_text
from probes.process.watched_child import end_child, kill_with_all, watched_child
from probes.trying.arms.arm import Arm
from probes.trying.arms.messages import Ended, Logged, Reached

ENVIRONMENT = {"PYTHONHASHSEED": "0"}  # the order of sets is the same on both sides of a pair
NO_STEP = "{name} was not tried, for no optimizer step was seen in it{so}."
TRACE = "traceback.log"


@dataclass(frozen=True)
class Trained:
    """A training that is over.

    Attributes
    ----------
    folder : Path
        The run directory that it was logged in.
    ended : Ended
        How it came to its end.
    seconds, cpu_seconds : float
        What it took, its start included.
    late : bool
        Whether there was no time to let it go on.
    """

    folder: Path
    ended: Ended
    seconds: float
    cpu_seconds: float
    late: bool = False


def trained(
    arm: Arm, folder: Path, reached: Callable[[int], None], output: IO[bytes] | None = None, seconds: float | None = None
) -> Trained:
    """Run it to its end; `reached` is called with its steps as it goes, and after so many `seconds` it is ended where it is.

    Raises
    ------
    AdvisorError, FailedError
        It could not be begun, as where there is no such file.
    """
    begin, used = time.perf_counter(), cpu_seconds()
    process = watched_child(output, {**ENVIRONMENT, **os.environ})
    late = threading.Event()
    clock = threading.Timer(seconds, lambda: (late.set(), kill_with_all(process))) if seconds is not None else None  # type: ignore[func-returns-value]
    try:
        if clock is not None:
            clock.start()
        channel = Channel(process.stdout, process.stdin)  # type: ignore[arg-type]
        ended = followed(channel, arm, folder, reached)
        if isinstance(ended, int):  # the steps it had come to
            process.wait()
            ended = Ended(ended, False, "" if late.is_set() else "killed", exit_text(process.returncode))
    finally:
        if clock is not None:
            clock.cancel()
        end_child(process)
    if ended.failure and ended.text and folder.is_dir():
        (folder / TRACE).write_text(ended.text, encoding="utf-8")
    return Trained(folder, ended, time.perf_counter() - begin, cpu_seconds() - used, late.is_set())


def followed(channel: Channel, arm: Arm, folder: Path, reached: Callable[[int], None]) -> Ended | int:
    """What it says at its end; where it went without a word, the steps that it told of last."""
    log, steps = None, 0
    try:
        channel.send(arm)
        while True:
            message = channel.receive()
            if isinstance(message, Logged):
                log = log or new_file(folder)
                log.write(message.data)
                log.flush()
            elif isinstance(message, Reached):
                steps = message.steps
                reached(steps)
            elif isinstance(message, Reply):
                message.value_or_raise()
            else:
                return message
    except (EOFError, BrokenPipeError):
        return steps
    finally:
        if log is not None:
            log.close()


def cpu_seconds() -> float:
    """Of all processes that this one started and that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def need_step(done: Trained, name: str, *, anyway: bool) -> None:
    """Of the training as it is: that it trains. What a change breaks is a result, `anyway`.

    Raises
    ------
    AdvisorError
        No optimizer step was seen, and none was tried that ran out of memory; or a knob refused.
    """
    ended = done.ended
    if ended.failure == "refused":
        raise AdvisorError(f"{name} was not tried: {ended.text.rstrip('.')}.")
    if not anyway and not ended.steps and ended.failure != "out-of-memory":
        last = ended.text.strip().splitlines()[-1:] or [""]
        raise AdvisorError(NO_STEP.format(name=name, so=f": {last[0].rstrip('.')}" if last[0] else ""))
