"""The bytes of tensors that are alive, counted operation by operation; with a limit, a device of that size.

It imports torch, so it is imported inside functions.
"""

import math
import weakref
from collections.abc import Iterable

import torch
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves


class LiveBytes(TorchDispatchMode):
    """Counts every storage it meets: one that an operation takes was there before, one that it returns is new.

    Fake tensors count as the ones they stand for.

    Parameters
    ----------
    data
        Tensors in any structure that the work is about; `resident` leaves them out.
    others
        Tensors that are there too. One that is left out is found when an operation takes it.
    limit
        Bytes there are in all. The operation that goes beyond them raises `torch.OutOfMemoryError`, as it would on a device.
    block
        Bytes the device's allocator deals in.
    """

    def __init__(self, data=(), others: Iterable[torch.Tensor] = (), *, limit: float = math.inf, block: int = 1):
        super().__init__()
        self.limit, self.block = limit, block
        self.alive: dict[int, weakref.ref] = {}
        self.since = self.most = 0
        self.brought = self.before = sum(self.met(leaf) for leaf in tree_leaves(data))
        self.before += sum(self.met(tensor) for tensor in others)

    @property
    def peak(self) -> int:
        """Bytes at the worst moment so far."""
        return self.before + self.most

    @property
    def resident(self) -> int:
        """Bytes that were there before the work, without its data."""
        return self.before - self.brought

    def __torch_dispatch__(self, operation, types, args=(), kwargs=None):
        self.before += sum(self.met(leaf) for leaf in tree_leaves((args, kwargs)))
        result = operation(*args, **(kwargs or {}))
        wanted = sum(self.met(leaf) for leaf in tree_leaves(result))
        self.since += wanted
        if wanted and self.before + self.since > self.limit:
            taken = self.before + self.since - wanted
            raise torch.OutOfMemoryError(
                f"DefaultCPUAllocator: can't allocate memory: out of memory. Tried to allocate {wanted:,} bytes; "
                f"{taken:,} of the budget of {self.limit:,.0f} are taken."
            )
        self.most = max(self.most, self.since)
        return result

    def met(self, leaf) -> int:
        """Bytes of the leaf's storage if it is a tensor whose storage was not met yet, else 0."""
        leaf = getattr(leaf, "_local_tensor", leaf)  # this rank's part of a sharded one
        if getattr(leaf, "layout", None) is torch.sparse_coo:
            return self.met(leaf._indices()) + self.met(leaf._values())
        storage = leaf.untyped_storage() if hasattr(leaf, "untyped_storage") else None
        if storage is None or storage._cdata in self.alive:
            return 0
        key, size = storage._cdata, -(-storage.nbytes() // self.block) * self.block
        self.alive[key] = weakref.ref(storage, lambda _: self.freed(key, size))
        return size

    def freed(self, key: int, size: int) -> None:
        """Count a storage of `size` bytes as gone; called when its last tensor is."""
        del self.alive[key]
        self.since -= size
