"""The memory that is left lies in pieces, each too small for what was asked.

What it means
    PyTorch keeps what it has once reserved and gives it out again in the pieces it was cut into. Where sizes change from step to step,
    as with batches of unequal length, a large share can be reserved and unused, and still no piece is large enough.

How it is weighed
    By the error's own numbers. For: what was reserved but not given out, with what was free, would have held what was asked. Against: next
    to nothing was.

What to change
    allocator: expandable segments, which grow instead of lying side by side.

References
    PyTorch, "CUDA semantics: optimizing memory usage with PYTORCH_CUDA_ALLOC_CONF". https://docs.pytorch.org/docs/stable/notes/cuda.html
"""

from advisor.causes.occupied_device import ALONE, MATTERS
from advisor.evidence.memory_message import memory_message
from advisor.finding import Change, Evidence
from advisor.scalar import Line

EXPLAINS = ("out-of-memory",)
PRIOR = -12.0


def weigh(lines=None):
    told = memory_message(lines)
    if told.idle is None or not told.total or told.asked is None:
        return
    enough = told.idle + (told.free or 0.0) >= told.asked and told.idle >= MATTERS * told.total
    fact = "reserved and not in use, more than was asked, as a share of the device" if enough else "reserved and not in use, as a share"
    yield Evidence("lines", 0, 0, fact, told.idle / told.total, MATTERS, 26.0 if enough else -10.0)


def changes(run, finding):
    yield Change("allocator", to="expandable_segments", why="what is reserved but not in use is then one piece, and large enough")


PIECES = Line(
    "out-of-memory",
    "train.log",
    287,
    "torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 2.50 GiB. GPU 0 has a total capacity of 16.00 GiB of which 2.00 GiB is "
    "free. Including non-PyTorch memory, this process has 13.80 GiB memory in use. Of the allocated memory 6.00 GiB is allocated by "
    "PyTorch, and 6.50 GiB is reserved by PyTorch but unallocated.",
)
BAD = {"half of what is reserved is not in use": dict(lines=(PIECES,))}
GOOD = {"all of it is in use": dict(lines=(ALONE,))}
