"""The memory that is left lies in pieces, each too small for what was asked.

What it means
    PyTorch keeps what it has once reserved and gives it out again in the pieces it was cut into. Where sizes change from step to step,
    as with batches of unequal length, a large share can be reserved and unused, and still no piece is large enough.

How it is weighed
    By the error's own numbers. For: what was reserved but not given out, with what was free, would have held what was asked. Against: next
    to nothing was.

What to change
    allocator: expandable segments, which grow instead of lying side by side; where the message is of a PyTorch before 2.1, pieces that are
    not split, as it names itself. Before 1.10 it names nothing and there is no such setting: batch_size.

References
    PyTorch, "CUDA semantics: optimizing memory usage with PYTORCH_CUDA_ALLOC_CONF". https://docs.pytorch.org/docs/stable/notes/cuda.html
"""

import re

from advisor.causes.occupied_device import ALONE, MATTERS
from advisor.evidence.failing.memory_message import memory_message
from advisor.finding import Change, Evidence
from advisor.scalar import Line
from advisor.signals.hparams import as_number

EXPLAINS = ("out-of-memory",)
PRIOR = -12.0
NEW = re.compile(r"total capacity of|expandable_segments")  # as PyTorch words it since it has them


def weigh(lines=None):
    told = memory_message(lines)
    if told.idle is None or not told.total or told.asked is None:
        return
    enough = told.idle + (told.free or 0.0) >= told.asked and told.idle >= MATTERS * told.total
    fact = "reserved and not in use, more than was asked, as a share of the device" if enough else "reserved and not in use, as a share"
    yield Evidence("lines", 0, 0, fact, told.idle / told.total, MATTERS, 26.0 if enough else -10.0)


def changes(run, finding):
    text = " ".join(line.text for line in run.signal("lines") or () if line.kind == "out-of-memory")
    if NEW.search(text):
        why = "what is reserved but not in use is then one piece, and large enough"
        yield Change("allocator", to="expandable_segments:True", why=why)
    elif "max_split_size_mb" in text:
        why = "larger blocks are then kept whole, so that what is reserved but not in use stays large enough"
        yield Change("allocator", to="max_split_size_mb:128", why=why)
    else:
        why = "what is reserved lies in pieces, each too small, and this PyTorch names no setting against it: ask for smaller ones"
        size = as_number(run.signal("hparams"), "batch_size")
        yield Change("batch_size", to=int(size // 2) if size and size >= 2 else None, by=None if size and size >= 2 else 0.5, why=why)


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
