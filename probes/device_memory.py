"""How much memory a block of work takes at its peak, and how much there is.

On CUDA the allocator knows. On the CPU the live bytes of tensors are counted: every operation is seen on its way, every storage is
counted once from when it appears until it is freed. That is the same on every machine and every time; what kernels allocate inside
themselves is not seen.
"""

import os
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path


@dataclass
class Peak:
    """Bytes of tensors at the worst moment, bytes the allocator then held for them, and bytes that were there before the data."""

    allocated: float = 0.0
    reserved: float = 0.0
    resident: float = 0.0


@contextmanager
def peak(device, data) -> Iterator[Peak]:
    """Measure the block, which works on this data, tensors in any structure; the figures stand once it has ended."""
    measured = Peak()
    with allocator_peak(device, data, measured) if device.type == "cuda" else live_peak(data, measured):
        yield measured


@contextmanager
def allocator_peak(device, data, measured: Peak):
    import torch
    from torch.utils._pytree import tree_leaves

    torch.cuda.empty_cache()
    torch.cuda.reset_peak_memory_stats(device)
    measured.resident = float(torch.cuda.memory_allocated(device) - sum(getattr(leaf, "nbytes", 0) for leaf in tree_leaves(data)))
    yield
    torch.cuda.synchronize(device)
    measured.allocated, measured.reserved = float(torch.cuda.max_memory_allocated(device)), float(torch.cuda.max_memory_reserved(device))


@contextmanager
def live_peak(data, measured: Peak):
    from torch.utils._python_dispatch import TorchDispatchMode
    from torch.utils._pytree import tree_leaves

    class LiveBytes(TorchDispatchMode):
        """Counts every storage it meets: one that an operation takes was there before, one that it returns is new."""

        def __init__(self):
            super().__init__()
            self.alive, self.before, self.since, self.most = {}, 0, 0, 0

        def __torch_dispatch__(self, operation, types, args=(), kwargs=None):
            self.before += sum(self.met(leaf) for leaf in tree_leaves((args, kwargs)))
            result = operation(*args, **(kwargs or {}))
            self.since += sum(self.met(leaf) for leaf in tree_leaves(result))
            self.most = max(self.most, self.since)
            return result

        def met(self, leaf) -> int:
            """Bytes of the leaf's storage if it is a tensor whose storage was not met yet, else 0."""
            storage = leaf.untyped_storage() if hasattr(leaf, "untyped_storage") else None
            if storage is None or storage._cdata in self.alive:
                return 0
            key, size = storage._cdata, storage.nbytes()
            self.alive[key] = weakref.ref(storage, lambda _: self.freed(key, size))
            return size

        def freed(self, key: int, size: int) -> None:
            del self.alive[key]
            self.since -= size

    seen = LiveBytes()
    brought = seen.before = sum(seen.met(leaf) for leaf in tree_leaves(data))
    with seen:
        yield
    measured.allocated = measured.reserved = float(seen.before + seen.most)
    measured.resident = float(seen.before - brought)


def free(device) -> float:
    """Bytes this process could have on the device: what is free and what torch already holds."""
    import torch

    if device.type == "cuda":
        return float(torch.cuda.mem_get_info(device)[0] + torch.cuda.memory_reserved(device))
    return min(free_ram(), free_in_container())


def free_ram() -> float:
    meminfo = Path("/proc/meminfo")
    if meminfo.exists():
        fields = dict(line.split(":", 1) for line in meminfo.read_text().splitlines() if ":" in line)
        return 1024.0 * int(fields["MemAvailable"].split()[0])
    return float(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")) / 2  # no word on what is in use: half of what is there


def free_in_container(folder: Path = Path("/sys/fs/cgroup")) -> float:
    """What a container's memory limit leaves; infinite where there is none."""
    try:
        return float((folder / "memory.max").read_text()) - float((folder / "memory.current").read_text())
    except (OSError, ValueError):  # no such file, or "max"
        return float("inf")


def ran_out(error: BaseException) -> bool:
    """Whether this exception says that memory ran out."""
    return type(error).__name__ == "OutOfMemoryError" or isinstance(error, MemoryError) or "can't allocate memory" in str(error)
