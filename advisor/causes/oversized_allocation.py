"""One tensor asks for more than the device has.

What it means
    It is not that little was missing: a single tensor is as large as the device. Attention over the longest sample, the logits of an
    evaluation batch, or two shapes that broadcast against each other make such tensors.

How it is weighed
    By the error's own numbers. For: what was asked at once is more than the whole device, or more than half of it while the device was
    not full. Against: a small request, the last of many.

What to change
    largest_batch: look at the shapes of the step that failed; cut or sort out the longest samples, and evaluate in smaller batches.

References
    PyTorch, "Understanding CUDA Memory Usage". https://docs.pytorch.org/docs/stable/torch_cuda_memory.html
"""

from advisor.causes.fragmented_memory import PIECES
from advisor.evidence.failing.memory_message import in_words, memory_message
from advisor.finding import Change, Evidence
from advisor.scalar import Line

EXPLAINS = ("out-of-memory",)
PRIOR = -12.0
ALL, MOST = 1.0, 0.5  # of the device


def weigh(lines=None):
    told = memory_message(lines)
    if told.asked is None or not told.total:
        return
    share = told.asked / told.total
    fact = "asked for at once, as a share of the device"
    yield Evidence("lines", 0, 0, fact, share, MOST, 26.0 if share >= ALL else 20.0 if share >= MOST else -10.0)


def changes(run, finding):
    told = memory_message(run.signal("lines"))
    sizes = f"{in_words(told.asked)} on a device of {in_words(told.total)}"
    why = f"one tensor of {sizes}: the longest sample, the evaluation's batch, or a wrong shape"
    yield Change("largest_batch", to="looked at", why=why)


HUGE = Line(
    "out-of-memory",
    "train.log",
    12,
    "RuntimeError: CUDA out of memory. Tried to allocate 50.00 GiB (GPU 0; 32.00 GiB total capacity; 3.80 GiB already allocated; 26.50 GiB "
    "free; 4.30 GiB reserved in total by PyTorch)",
)
BAD = {"more than the device has": dict(lines=(HUGE,))}
GOOD = {"an eighth of the device": dict(lines=(PIECES,))}
