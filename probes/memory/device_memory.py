"""How much memory a block of work takes at its peak, and how much there is.

On CUDA the allocator knows. On the CPU the live bytes of tensors are counted, the same on every machine and every time; what kernels
allocate inside themselves is only seen in the process's resident set.
"""

import contextlib
import math
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from probes.training import Memory

BLOCK = 512  # bytes the CUDA allocator deals in


class Peak:
    """The figures of a block of work, once it has ended."""

    memory = Memory(math.nan, math.nan, math.nan)


@contextmanager
def peak(device: str, data) -> Iterator[Peak]:
    """Measure the block, which works on this data, tensors in any structure and of any shape; the bytes are there once it has ended."""
    measured = Peak()
    with allocator_peak(device, data, measured) if device.startswith("cuda") else live_peak(data, measured):
        yield measured


@contextmanager
def allocator_peak(device: str, data, measured: Peak):
    """Measure the block by what the CUDA allocator says; `measured` has it once the device is done."""
    import torch
    from torch.utils._pytree import tree_leaves

    torch.cuda.empty_cache()
    torch.cuda.reset_peak_memory_stats(device)
    resident = torch.cuda.memory_allocated(device) - sum(getattr(leaf, "nbytes", 0) for leaf in tree_leaves(data))
    yield
    torch.cuda.synchronize(device)
    measured.memory = Memory(float(torch.cuda.max_memory_allocated(device)), float(torch.cuda.max_memory_reserved(device)), float(resident))


@contextmanager
def live_peak(data, measured: Peak):
    """Measure the block by the live bytes of tensors, and by the process's resident set where Linux tells it."""
    from probes.memory.live_bytes import LiveBytes

    seen = LiveBytes(data)
    forget_high_water()
    with seen:
        yield
    measured.memory = Memory(float(seen.peak), float(seen.peak), float(seen.resident), high_water())


def staying(modules, optimizers) -> list:
    """Every tensor that stays from step to step: parameters, buffers, gradients and optimizer state; one may come several times."""
    from torch import Tensor
    from torch.utils._pytree import tree_leaves

    owned = [tensor for module in modules for tensor in (*module.parameters(), *module.buffers())]
    stepped = [p for optimizer in optimizers for group in optimizer.param_groups for p in group["params"]]
    state = [leaf for optimizer in optimizers for leaf in tree_leaves(list(optimizer.state.values())) if isinstance(leaf, Tensor)]
    return [*owned, *stepped, *(p.grad for p in stepped if p.grad is not None), *state]


def held(device: str, budget: float | None, data, others):
    """A block whose tensors may take no more than the budget in bytes; on CUDA the allocator itself sees to that (see `set_budget`).

    On the CPU an operation that goes beyond it raises `torch.OutOfMemoryError`; `data` and `others` are the tensors that are there already.
    """
    if budget is None or device.startswith("cuda"):
        return contextlib.nullcontext()
    from probes.memory.live_bytes import LiveBytes

    return LiveBytes(data, others, limit=budget)


def set_budget(device: str, budget: float | None) -> None:
    """Let the allocator of a CUDA device give this process no more than the budget in bytes; None: all there is."""
    if device.startswith("cuda"):
        import torch

        index = torch.device(device).index
        whole = torch.cuda.get_device_properties(device).total_memory
        torch.cuda.empty_cache()
        torch.cuda.set_per_process_memory_fraction(
            min(1.0, (whole if budget is None else budget) / whole), torch.cuda.current_device() if index is None else index
        )


def free(device: str) -> float:
    """Bytes this process could have on the device: what is free and what it already holds."""
    import torch

    if device.startswith("cuda"):
        return float(torch.cuda.mem_get_info(device)[0] + torch.cuda.memory_reserved(device))
    return min(free_ram(), free_in_container()) + status("VmRSS", 0.0)


def free_ram() -> float:
    """Bytes of main memory that can be had without swapping, as Linux tells; half of what is there where nobody tells."""
    meminfo = Path("/proc/meminfo")
    if meminfo.exists():
        fields = dict(line.split(":", 1) for line in meminfo.read_text().splitlines() if ":" in line)
        return 1024.0 * int(fields["MemAvailable"].split()[0])
    try:
        return float(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")) / 2  # no word on what is in use: half of what is there
    except (AttributeError, ValueError, OSError):  # Windows
        return math.inf


def free_in_container(folder: Path = Path("/sys/fs/cgroup")) -> float:
    """Bytes that a container's memory limit leaves (cgroup v2); infinite where there is none."""
    try:
        return float((folder / "memory.max").read_text()) - float((folder / "memory.current").read_text())
    except (OSError, ValueError):  # no such file, or "max"
        return math.inf


def status(field: str, unknown: float, file: Path = Path("/proc/self/status")) -> float:
    """A number of bytes Linux tells of this process; `unknown` where it does not."""
    try:
        line = next(line for line in file.read_text().splitlines() if line.startswith(field + ":"))
        return 1024.0 * int(line.split()[1])
    except (OSError, StopIteration):
        return unknown


def forget_high_water() -> None:
    """Let the resident set's highest be that from now on, where Linux allows it; else it stays that of the process so far."""
    with contextlib.suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5")


def high_water() -> float:
    """Bytes of this process's resident set at its highest; NaN where the system does not tell."""
    return status("VmHWM", math.nan)


RAN_OUT = (
    "can't allocate memory",  # on the CPU
    "CUDA error: out of memory",  # beside torch's allocator
    "CUBLAS_STATUS_ALLOC_FAILED",
    "most likely because memory ran out",  # the whole process was killed
)


def ran_out(error: BaseException) -> bool:
    """Whether this exception says that memory ran out, for an operation or for the whole process."""
    said = any(words in str(error) for words in RAN_OUT)
    return said or type(error).__name__ == "OutOfMemoryError" or isinstance(error, MemoryError)
