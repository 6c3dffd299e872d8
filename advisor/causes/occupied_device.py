"""Another program holds memory of the same device.

What it means
    What this program needs would have fitted, had the device been its own: an earlier run that never ended, a notebook that is still
    open, somebody else's job.

How it is weighed
    By the error's own numbers. For: without what other programs held, there would have been room for what was asked. Against: others held
    nothing that matters.

What to change
    device: one that is free, or end what holds this one.

References
    PyTorch, "Understanding CUDA Memory Usage". https://docs.pytorch.org/docs/stable/torch_cuda_memory.html
"""

from advisor.evidence.failing.memory_message import memory_message
from advisor.finding import Change, Evidence
from advisor.scalar import Line

EXPLAINS = ("out-of-memory",)
PRIOR = -12.0
MATTERS = 0.1  # of the device


def weigh(lines=None):
    told = memory_message(lines)
    if told.others is None or not told.total or told.asked is None:
        return
    enough = told.others >= max(told.asked - (told.free or 0.0), MATTERS * told.total)
    fact = (
        "others held, so that what was asked did not fit, as a share of the device" if enough else "others held, as a share of the device"
    )
    yield Evidence("lines", 0, 0, fact, told.others / told.total, MATTERS, 26.0 if enough else -10.0)


def changes(run, finding):
    yield Change("device", to="another", why="what the other program holds is missing here: take a free device, or end that program")


SHARED = Line(
    "out-of-memory",
    "train.log",
    57,
    "torch.cuda.OutOfMemoryError: CUDA out of memory. Tried to allocate 900.00 MiB. GPU 0 has a total capacity of 11.00 GiB of which "
    "700.00 MiB is free. Process 101 has 6.00 GiB memory in use. Process 102 has 4.20 GiB memory in use. Of the allocated memory "
    "5.50 GiB is allocated by PyTorch, and 8.00 MiB is reserved by PyTorch but unallocated.",
)
ALONE = Line(
    "out-of-memory",
    "train.log",
    57,
    "torch.cuda.OutOfMemoryError: CUDA out of memory. Tried to allocate 20.00 MiB. GPU 0 has a total capacity of 11.00 GiB of which "
    "10.00 MiB is free. Including non-PyTorch memory, this process has 10.99 GiB memory in use. Of the allocated memory 10.20 GiB is "
    "allocated by PyTorch, and 8.00 MiB is reserved by PyTorch but unallocated.",
)
BAD = {"two programs on one device": dict(lines=(SHARED,))}
GOOD = {"alone on the device": dict(lines=(ALONE,))}
