"""Peak memory: bytes a whole training step takes, optimizer state included, against batch size.

What it means
    The peak is the largest of several straight lines in the batch size (backward pass, optimizer step, …), so a line through small
    sizes may lie far below it. The largest batch that fits is only known once it has run.

How it is detected
    The second step at each batch size, the first to have its optimizer state from the beginning: the allocator's peak on CUDA, the
    live bytes of tensors on the CPU. Sizes double while the next is bound to fit: no line begins below what is resident at any
    size. Then the largest size that is bound to fit is tried, up to three times. A tenth of the free memory is left alone.

What to change
    Nothing, while the batch fits. Beyond it, accumulate gradients over several minibatches, or compute in bf16, or checkpoint
    activations.

References
    Lightning-AI/pytorch-lightning issues 8028 and 9625: sizes found without a margin run out of memory in training.
"""

import numpy as np

from advisor.finding import Evidence
from probes.batch_sizes import doubling
from probes.device_memory import ran_out
from probes.outcome import noted

STEP = "batch_size"  # the x axis of its scalars
HEADROOM = 0.1
TRIALS = 3  # of candidates between two doublings
WORTH_TRYING = 1.02  # times the size that is known to fit


def measure(training, *, seconds=8.0, headroom=HEADROOM):
    limit = (1 - headroom) * training.free_memory()
    rows: list[dict[str, float]] = []
    for size in doubling(min(2, training.batch_size), training.examples, seconds):
        if rows and at_most(rows[-1], size) > limit:
            break
        rows.append(tried(training, size, limit))
        yield rows[-1]
        if not rows[-1]["fits"]:
            break
    else:
        return  # the data set or the time was the limit, not memory
    for _ in range(TRIALS):
        if (found := candidate(rows, training.examples)) is None:
            return
        rows.append(tried(training, found, limit))
        yield rows[-1]


def tried(training, size: int, limit: float) -> dict[str, float]:
    """What the second step at this batch size took; NaN where it ran out of memory."""
    training.batch_size = size
    try:
        training.step()
        allocated, reserved, resident = training.step_memory()
    except Exception as error:
        if not ran_out(error):
            raise
        allocated = reserved = resident = np.nan
    figures = {"peak_bytes": allocated, "reserved_bytes": reserved, "resident_bytes": resident}
    return {"batch_size": size, **figures, "limit_bytes": limit, "fits": float(reserved <= limit)}


def at_most(row, size: int) -> float:
    """The most a step at this larger size can take: each of the lines begins no lower than what is resident at any size."""
    return row["resident_bytes"] + (row["reserved_bytes"] - row["resident_bytes"]) * size / row["batch_size"]


def candidate(rows, examples: int) -> int | None:
    """The batch size to try next: the largest that is bound to fit, or half-way to one that did not. None where no room is left."""
    good = max((r for r in rows if r["fits"]), key=lambda r: r["batch_size"], default=None)
    if good is None:
        return None
    size, ceiling = good["batch_size"], min((r["batch_size"] for r in rows if not r["fits"]), default=None)
    if ceiling is not None:
        found = (size + ceiling) / 2
    else:
        found = min(
            examples, size * (good["limit_bytes"] - good["resident_bytes"]) / max(good["reserved_bytes"] - good["resident_bytes"], 1.0)
        )
    return int(found) if found > WORTH_TRYING * size else None


def largest(peak_memory) -> tuple[int | None, bool]:
    """The largest batch size that ran within the limit (None: none did), and whether memory, not data or time, set it."""
    table, fits = peak_memory, peak_memory.fits > 0
    if not fits.any():
        return None, True
    top = int(table.batch_size[fits].argmax())
    row = {name: float(column[fits][top]) for name, column in vars(table).items()}
    bound = not fits.all() or at_most(row, 2 * int(row["batch_size"])) > row["limit_bytes"]
    return int(row["batch_size"]), bound


def check(peak_memory):
    size, bound = largest(peak_memory)
    if size is None:
        smallest = int(peak_memory.batch_size.min())
        fact = Evidence("peak_memory/fits", smallest, smallest, "fits", 0.0, 1.0)
        yield noted(f"Not even a batch of {smallest} fits in memory.", fact)
        return
    peak = float(peak_memory.reserved_bytes[peak_memory.batch_size == size][0])
    fact = Evidence("peak_memory/peak_bytes", size, size, "bytes at the peak of a step", peak, float(peak_memory.limit_bytes[0]))
    what = "the largest that fits" if bound else "the largest tried; memory sets no limit below it"
    yield noted(f"A step at a batch size of {size:,} took {in_bytes(peak)} ({what}).", fact)


def in_bytes(count: float | None) -> str:
    """A number of bytes in the unit a person would use; NaN is what did not fit, None was not measured."""
    if count is None:
        return ""
    if np.isnan(count):
        return "did not fit"
    power = min(3, int(np.log2(max(count, 1)) // 10))
    return f"{count / 1024**power:.3g} {('B', 'KiB', 'MiB', 'GiB')[power]}"
