"""Peak memory: bytes a whole training step takes, optimizer state included, against batch size.

What it means
    The peak is the largest of several straight lines in the batch size (backward pass, optimizer step, …), so a line through small
    sizes may lie far below it. The largest batch that fits is only known once it has run.

How it is detected
    A step is run on tensors that have sizes but no values, which takes no memory, and the largest batch size whose peak lies within
    the limit is found by asking at the size itself. Then two real steps are taken, in a process of their own, at today's size, and at
    the largest, corrected by what the first showed; a third time where that leaves room or did not fit. The second step counts, the
    first to have its optimizer state from the beginning: what the allocator holds on CUDA; on the CPU the live bytes of tensors
    and, where no budget is set, the process's resident set. A tenth of the free memory is left alone, of a budget nothing. Where a
    model looks at values, sizes are found by real steps alone: they double as long as the next is bound to fit.

What to change
    Nothing, while the batch fits. What makes a larger one fit is measured apart.

References
    Lightning-AI/pytorch-lightning issues 8028 and 9625: sizes found without a margin run out of memory in training.
"""

import numpy as np

from advisor.finding import Evidence
from probes.memory.batch_doubling import grown
from probes.memory.batch_sizes import doubling
from probes.memory.largest_batch import TOLERANCE, largest_within
from probes.memory.trial import PredictedMemory, in_own_process, real_steps, row
from probes.outcome import note
from probes.training import Memory

HEADROOM = 0.1
TRIALS = 3
WORTH_TRYING = 1.02  # times the size that is known to fit
EXACT = 0.001  # of the limit that a prediction may be off
CAUTION = 0.02  # of the room for the batch, left alone where predictions were off
RETREAT = 0.9  # share of the limit to aim at once memory ran out where it should not have
HALF = 0.45
PATIENCE = 4.0  # times the seconds of the measurement that a trial may take


def measure(training, *, seconds=8.0, headroom=HEADROOM):
    """Rows of predicted steps, then of those that were run (`executed`); at most three, of as many seconds as there are."""
    with PredictedMemory(training) as imagined:
        limit = imagined.asked().free_memory() * (1.0 if training.memory_budget is not None else 1 - headroom)
        if imagined.at(min(training.batch_size, training.examples)) is None:
            imagined.close()
            yield from grown(training, limit, seconds)
            return
        found = within(imagined.at, training.examples, limit, training.batch_size)
        for size in doubling(min(2, found), found, seconds / 2):
            yield row(size, imagined.at(size), limit)
        beyond = found + max(1, int(TOLERANCE * found))
        if beyond <= training.examples and (memory := imagined.at(beyond)) is not None:
            yield row(beyond, memory, limit)  # the evidence that memory sets the limit
        yield from confirmed(training, imagined, found, limit, seconds * PATIENCE)


def within(at, most: int, limit: float, start: int, excess=lambda size: 0.0) -> int:
    """The largest batch size up to `most` whose memory `at` it fits, with what real steps took in excess of it; at least 1."""
    return largest_within(lambda size: reserved(at(size)) + excess(size), most, limit, start) or 1


def reserved(memory: Memory | None) -> float:
    """What a step takes; endless where it cannot be told, though it could at another size: there the model does not run."""
    return np.inf if memory is None else memory.reserved


def confirmed(training, imagined: PredictedMemory, found: int, limit: float, seconds: float):
    """Real steps: at today's batch size, then at the largest predicted to fit, corrected by the trials before.

    A row is `time_bound` where a larger size should fit that would take longer than `seconds` to try, else `memory_bound` where no larger
    one should, though there are the examples for it.
    """
    size, rows = min(training.batch_size, found), []
    imagined.at(size)  # while there is someone to ask
    for _ in range(TRIALS):
        imagined.close()  # the trial has the memory to itself
        with in_own_process(training) as other:
            rows.append(real_steps(other, size, limit))
        best = max((int(one["batch_size"]) for one in rows if one["fits"]), default=0)
        aim = next_size(imagined, rows, best, training.examples, limit)
        patient = size * seconds / 2 / rows[-1]["seconds"] if rows[-1]["fits"] else np.inf
        cut = WORTH_TRYING * best < aim and patient < aim
        yield {**rows[-1], "time_bound": float(cut), "memory_bound": float(aim < training.examples and not cut)}
        size = int(min(aim, patient))
        if not size > WORTH_TRYING * best:
            return


def next_size(imagined: PredictedMemory, rows, best: int, most: int, limit: float) -> int:
    """The largest batch size that fits by the predictions and the trials so far; 0 where that is none."""
    failed = [one for one in rows if not one["fits"]]
    if (most := min([most, *(int(one["batch_size"]) - 1 for one in failed)])) < 1:
        return 0
    limit *= RETREAT ** sum(np.isnan(one["peak_bytes"]) for one in failed)
    measured = [one for one in rows if not np.isnan(one["peak_bytes"])]
    sizes = [int(one["batch_size"]) for one in measured]
    over = [one["needed_bytes"] - imagined.at(size).reserved for one, size in zip(measured, sizes, strict=True)]  # type: ignore[union-attr]
    if max(map(abs, over), default=0.0) > EXACT * limit:
        limit -= CAUTION * (limit - measured[-1]["resident_bytes"])
    return within(imagined.at, most, limit, max(1, best), excess(sizes, over))


def excess(sizes: list[int], over: list[float]):
    """Bytes a real step takes beyond its prediction, as a function of the batch size, from those of some steps.

    From one step it is taken to grow with the batch, the least favourable; from two, it is the line through them.
    """
    if len(sizes) < 2:
        return lambda size: max([0.0, *over]) * size / max([1, *sizes])
    slope = (over[-1] - over[-2]) / (sizes[-1] - sizes[-2])
    return lambda size: over[-1] + slope * (size - sizes[-1])


def largest(peak_memory) -> tuple[int | None, bool]:
    """The largest batch size that ran within the limit (None: none did), and whether memory, not data or time, set it."""
    table, unknown = peak_memory, np.full(len(peak_memory.fits), np.nan)
    ran = np.flatnonzero((table.fits > 0) & really_ran(table))
    if not len(ran):
        return None, True
    top = int(ran[table.batch_size[ran].argmax()])
    cut, told = (getattr(table, name, unknown)[top] for name in ("time_bound", "memory_bound"))
    return int(table.batch_size[top]), bool(told > 0 or ((table.fits == 0).any() and not cut > 0))


def really_ran(peak_memory) -> np.ndarray:
    """Which rows are of steps that were run, not predicted."""
    return getattr(peak_memory, "executed", np.ones(len(peak_memory.fits))) > 0


def check(peak_memory):
    (size, bound), ran = largest(peak_memory), really_ran(peak_memory)
    limit = float(peak_memory.limit_bytes[0])
    if not ran.any():
        return
    if size is None:
        row = int(np.flatnonzero(ran)[peak_memory.batch_size[ran].argmin()])
        fact = Evidence("peak_memory/fits", row, row, "fits", 0.0, 1.0)
        yield note(f"Not even a batch of {peak_memory.batch_size[row]:.0f} fitted in {in_bytes(limit)}.", fact)
        return
    row = int(np.flatnonzero((peak_memory.batch_size == size) & ran)[-1])
    peak = float(peak_memory.reserved_bytes[row])
    fact = Evidence("peak_memory/peak_bytes", row, row, "bytes at the peak of a step", peak, limit)
    what = f"the largest that fits in {in_bytes(limit)}" if bound else f"the largest tried; {in_bytes(limit)} of memory would hold more"
    if bound and peak_memory.needed_bytes[row] < HALF * limit:  # twice the examples take at most twice the memory
        what = f"the largest at which the model runs; {in_bytes(limit)} of memory would hold more"
    how = "; its memory cannot be predicted, so sizes were tried out" if ran[0] and len(ran) > 1 else ""
    yield note(f"A step at a batch size of {size:,} took {in_bytes(peak)} ({what}{how}).", fact)


def in_bytes(count: float | None) -> str:
    """A number of bytes in the unit a person would use; NaN is what did not fit, None was not measured."""
    if count is None:
        return ""
    if np.isnan(count):
        return "did not fit"
    power = min(3, int(np.log2(max(count, 1)) // 10))
    size = count / 1024**power
    return f"{size:{',.0f' if size >= 999.5 else '.3g'}} {('B', 'KiB', 'MiB', 'GiB')[power]}"
