"""A step tried out, or imagined, where it harms nothing: on the same training, in a process of its own."""

import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import numpy as np

from probes.memory.device_memory import ran_out
from probes.training import OF_MEMORY, Memory, Training


@contextmanager
def in_own_process(training: Training) -> Iterator[Training]:
    """The training from its beginning, in a process of its own, with this one's settings `OF_MEMORY`; the batch size is as it came."""
    settings = {name: getattr(training, name) for name in OF_MEMORY}
    with training.fresh() as other:
        for name, value in settings.items():
            setattr(other, name, value)
        yield other


def real_steps(training: Training, size: int, limit: float) -> dict[str, float]:
    """The row of two steps at this batch size that were taken, the second the one measured; `limit` is in bytes.

    Bytes and seconds are NaN where memory ran out; any other failure is raised.
    """
    memory, seconds = Memory(np.nan, np.nan, np.nan), np.nan
    try:
        training.batch_size = size
        training.step()
        begin = time.perf_counter()
        memory = training.step_memory()
        seconds = time.perf_counter() - begin
    except Exception as error:
        if not ran_out(error):
            raise
    return {**row(size, memory, limit, main_memory_only(training)), "executed": 1.0, "seconds": seconds}


def main_memory_only(training: Training) -> bool:
    """Whether main memory is what the training has to fit in."""
    try:
        return training.memory_budget is None and not training.device.startswith("cuda")
    except Exception:  # its process is gone
        return False


def row(size: int, memory: Memory, limit: float, whole_process: bool = False) -> dict[str, float]:
    """What a step at this batch size takes, and whether it fits: its tensors, or its whole process where main memory is the limit."""
    needed = float(np.nanmax([memory.reserved, memory.process])) if whole_process and memory.reserved > 0 else memory.reserved
    figures = {"peak_bytes": memory.allocated, "reserved_bytes": memory.reserved, "resident_bytes": memory.resident}
    figures |= {"process_bytes": memory.process, "needed_bytes": needed, "limit_bytes": limit}
    return {"batch_size": size, **figures, "fits": float(needed <= limit), "executed": 0.0}


class PredictedMemory:
    """What steps would take, asked of a training apart that is there from the first question until `close`; answers are kept."""

    def __init__(self, training: Training):
        self.training, self.stack, self.known = training, ExitStack(), {}  # type: ignore[var-annotated]
        self.other: Any = None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self) -> None:
        """Let the training apart go; the next question makes another one."""
        self.other = None
        self.stack.close()

    def asked(self) -> Training:
        """The training apart, made where there is none: from its beginning, at this one's settings but for the batch size."""
        if self.other is None:
            self.other = self.stack.enter_context(in_own_process(self.training))
        return self.other

    def at(self, size: int) -> Memory | None:
        """The memory of a step at this batch size; None where it cannot be predicted."""
        if size not in self.known:
            self.known[size] = self.asked().predicted_memory(size)
        return self.known[size]
