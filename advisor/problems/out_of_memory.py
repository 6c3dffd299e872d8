"""The run ended because memory ran out.

What it means
    One allocation was larger than what was left. At the first steps the batch, the model or the activations
    are too large for the device; after many good steps memory grew, and a smaller batch only delays the end.

How it is detected
    A text file beside the logs holds an out-of-memory error of CUDA, MPS, the CPU allocator or the operating
    system. What it tells of sizes (asked for, free, in use, reserved, held by others) is in the sentence, and decides between the causes.

References
    The guide, Problem 2: Out of Memory Errors.
"""

from advisor.curves import flat, line
from advisor.evidence.failing.memory_message import in_words, memory_message
from advisor.finding import Evidence, Finding
from advisor.scalar import Line
from advisor.statistics.curve_shape import CannotTell

WORTH_SAYING, MUCH = 0.01, 0.1  # of the device; where it is only what remains of it
KINDS = ("out-of-memory", "killed")


def check(lines=None, train_loss=None, memory=None):
    if not lines:
        raise CannotTell("no text log beside the run tells of a failure")
    told = [line for line in lines if line.kind in KINDS]
    if not told:
        return
    last = last_step(train_loss if train_loss is not None else memory)
    line = told[0]
    sure = line.kind == "out-of-memory"
    where = f"{line.path} line {line.number}" if line.number else line.path
    when = f"after step {last}" if last else "before any loss was logged"
    message = f"Training ended {when} for want of memory" if sure else f"The process was killed {when}, most often for want of memory"
    evidence = [Evidence("lines", last, last, f"{where}: {line.text}", float(len(told)))]
    if memory is not None and len(m := memory.finite()) >= 2:
        evidence.append(
            Evidence(
                "memory", int(m.steps[0]), int(m.steps[-1]), "last value over the first", float(m.values[-1] / max(m.values[0], 1e-300))
            )
        )
    if said := numbers(lines):
        message += f": {said} ({where})."
    else:
        message += f" ({where}: {line.text})."
    yield Finding(message, tuple(evidence), "error" if sure else "warning", 0.99 if sure else 0.7)


def numbers(lines):
    """What was asked, what the device has and who held it, as the error tells it; "" where it tells too little."""
    told = memory_message(lines)
    if told.asked is None or told.total is None:
        return ""
    parts = [f"{in_words(told.asked)} were asked for on a device of {in_words(told.total)}, of which {in_words(told.free)} were free"]
    if told.allocated is not None:
        parts.append(f"{in_words(told.allocated)} were in use")
    if told.idle:
        parts.append(f"{in_words(told.idle)} reserved but not in use")
    if told.others and told.others >= (WORTH_SAYING if told.listed else MUCH) * told.total:
        parts.append(f"{in_words(told.others)} {'held by other programs' if told.listed else 'not accounted for by this program'}")
    return ", ".join(parts)


def last_step(curve):
    return int(curve.steps[-1]) if curve is not None and len(curve) else 0


CUDA = Line("out-of-memory", "train.log", 12, "torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 2.00 GiB.")
BAD = {
    "CUDA, at the first steps": dict(lines=(CUDA,), train_loss=flat(2.3)[:3]),
    "memory grew first": dict(lines=(CUDA,), train_loss=line(2.3, 1.0), memory=line(2.0, 16.0)),
    "killed by the system": dict(lines=(Line("killed", "nohup.out", 80, "Killed"),)),
}
GOOD = {
    "another failure": dict(lines=(Line("data-loader", "train.log", 3, "RuntimeError: DataLoader worker (pid 7) exited unexpectedly"),)),
    "growing memory, no error": dict(lines=(Line("traceback", "train.log", 3, "KeyError: 'x'"),), memory=line(2.0, 16.0)),
}
