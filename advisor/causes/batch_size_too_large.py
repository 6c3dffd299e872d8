"""The batch is too large: for the memory, or for the number of updates it leaves.

What it means
    Activations grow with the batch; with parameters, gradients and optimizer state they do not fit. And the larger the batch, the fewer
    updates an epoch makes: beyond the gradient's noise scale each is hardly better than that of a smaller batch.

How it is weighed
    For: memory ran out at the first steps, or while its use was level, or with the device full of what this program has in use; or, where
    learning is slow, a batch of 1024 or more, or of most of the training set, with a smooth loss. Against: memory that grew step by step;
    memory that ran out where no batch was at work; a batch of usual size.

What to change
    For memory in the guide's order: batch_size, accumulation_steps (the same batch in parts), precision, activation_checkpointing. For
    the updates: batch_size.

References
    The guide, Problem 2: Out of Memory Errors, solutions 1 to 4; "Large Batches": slower feedback.
    McCandlish et al., An Empirical Model of Large-Batch Training (2018). arXiv:1812.06162
"""

import numpy as np

from advisor.causes.memory_leak import GREW, growth
from advisor.curves import flat, line, noise
from advisor.evidence.failing.memory_message import in_a_batch, memory_message, without_a_batch
from advisor.finding import Change, Evidence, setting
from advisor.problems.out_of_memory import CUDA
from advisor.signals.hparams import as_number
from advisor.statistics.curve_shape import shape
from advisor.statistics.training_length import examples_a_step, plan

EXPLAINS = ("out-of-memory", "slow-convergence", "underfitting", "loss-not-decreasing", "loss-plateau")
PRIOR = {"out-of-memory": 6.0, "slow-convergence": -4.0, "underfitting": -6.0, "loss-not-decreasing": -9.0, "loss-plateau": -9.0}
FULL = 0.7  # of the device, in use
LITTLE = 0.02  # of the device: the last of many requests, of which the weights may be most
ON_16 = {"true", "on", "1"}  # as a flag of mixed precision says it
MOST = 0.3  # of the training set
LARGE, USUAL = 1024, 256  # examples a step
SMOOTH = 0.02  # noise as a share of the loss: the batch averages out more than there is need to


def weigh(finding, train_loss=None, memory=None, epoch=None, hparams=None, lines=None):
    if finding.problem != "out-of-memory":
        if train_loss is not None:
            yield from few_updates(train_loss, epoch, hparams)
        return
    if without_a_batch(lines, train_loss):
        yield Evidence("lines", 0, 0, "lines by which memory ran out where no batch was at work", 1.0, weight=-14.0)
    if (grew := growth(memory)) is not None:
        steps = memory.finite().steps
        weight = -10.0 if grew >= GREW else 5.0
        yield Evidence("memory", int(steps[0]), int(steps[-1]), "memory at the end over the start", grew, GREW, weight)
    elif (told := memory_message(lines)).total and told.allocated is not None:
        share = told.allocated / told.total
        fact = "of the device in use by this program, as a share"
        seen = train_loss is not None or in_a_batch(lines)  # else weights may be what fills it
        yield Evidence("lines", 0, 0, fact, share, FULL, (6.0 if seen else 1.0) if share >= FULL else -4.0)


def few_updates(train_loss, epoch, hparams):
    if (effective := examples_a_step(hparams)) is None or effective <= 0:
        return
    yield setting("batch_size", effective, "examples a step", 9.0 if effective >= LARGE else 0.0 if effective > USUAL else -8.0)
    if (examples := plan(train_loss, epoch, hparams).examples) and effective >= MOST * examples:
        yield setting("batch_size", effective / examples, "share of the training set in a batch", 5.0)
    s = shape(train_loss)
    if effective >= LARGE and (rough := s.noise / max(abs(s.end.value), 1e-300)) < SMOOTH:
        half = (s.first_step + s.last_step) // 2
        yield Evidence("train_loss", half, s.last_step, "noise as a share of the loss", rough, SMOOTH, 4.0)


def changes(run, finding):
    size = as_number(run.signal("hparams"), "batch_size")
    if finding.problem != "out-of-memory":
        to = int(2 ** np.floor(np.log2(max(size / 8, 1)))) if size else None
        interval = (to / 4, to * 4) if to else (0.03, 0.5)
        yield Change("batch_size", to=to, by=None if to else 0.125, interval=interval, why="eight times the updates from the same examples")
        return
    yield from smaller(run, size)
    said = str((run.signal("hparams") or {}).get("precision")).lower()
    shown = any(line.half for line in run.signal("lines") or ())
    if said not in ON_16 and "16" not in said and not shown:
        yield Change("precision", to="bf16", why="16-bit activations take half the memory")
    yield Change("activation_checkpointing", to="on", why="computes activations again instead of keeping them: slower, much smaller")


def smaller(run, size):
    """A half of the batch, or as much less as one request was too large, and the same batch in so many parts; nothing less than one."""
    told, now = memory_message(run.signal("lines")), as_number(run.signal("hparams"), "accumulation_steps") or 1
    if size == 1:
        return
    parts = 2 if not told.asked or not told.total else int(2 ** np.ceil(np.log2(max(2.0, 2 * told.asked / told.total))))
    to = int(size // parts) if size and size >= parts else None
    why = "activations shrink with the batch; a probe finds the largest that fits"
    if not size and told.asked and told.total and told.asked < LITTLE * told.total and not in_a_batch(run.signal("lines")):
        why = "activations shrink with the batch; where it is 1 already, activation_checkpointing, or fewer bits for each weight"
    yield Change("batch_size", to=to, by=None if to else 1 / parts, why=why)
    why = "the same gradient from smaller batches: each needs a part of the memory"
    yield Change("accumulation_steps", to=int(now * parts), why=why)


BAD = {
    "at the first steps": dict(lines=(CUDA,), train_loss=flat(2.3)[:3]),
    "huge batches, slow although the rate is high": dict(
        train_loss=line(2.3, 2.0) * noise(0.003), hparams=dict(batch_size=8192, lr=0.03, optimizer="Adam")
    ),
    "memory was level": dict(lines=(CUDA,), memory=flat(8.0), hparams=dict(batch_size=128)),
}
GOOD = {
    "slow, but of usual batches": dict(train_loss=line(2.3, 2.1) * noise(0.01), hparams=dict(batch_size=64)),
    "memory grew": dict(lines=(CUDA,), train_loss=line(2.3, 1.0), memory=line(2.0, 16.0)),
}
