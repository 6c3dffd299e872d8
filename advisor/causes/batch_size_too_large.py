"""The batch needs more memory than there is.

What it means
    Activations grow with the batch; with parameters, gradients and optimizer state they do not fit.

How it is weighed
    For: memory ran out at the first steps, or while its use was level. Against: memory that grew step by
    step.

What to change
    In the guide's order: batch_size, accumulation_steps (the same batch in parts), precision,
    activation_checkpointing.

References
    The guide, Problem 2: Out of Memory Errors, solutions 1 to 4.
"""

from advisor.causes.memory_leak import GREW, growth
from advisor.curves import flat, line
from advisor.finding import Change, Evidence
from advisor.hparams import number
from advisor.problems.out_of_memory import CUDA

EXPLAINS = ("out-of-memory",)
PRIOR = 6.0


def weigh(memory=None):
    grew = growth(memory)
    if grew is not None:
        steps = memory.finite().steps
        weight = -10.0 if grew >= GREW else 5.0
        yield Evidence("memory", int(steps[0]), int(steps[-1]), "memory at the end over the start", grew, GREW, weight)


def changes(run, finding):
    size = number(run.signal("hparams"), "batch_size")
    half = int(size // 2) if size and size >= 2 else None
    yield Change(
        "batch_size", to=half, by=None if half else 0.5, why="activations shrink with the batch; a probe finds the largest that fits"
    )
    yield Change("accumulation_steps", to=2, why="two half batches a step: the same gradient as before, in half the memory")
    yield Change("precision", to="bf16", why="16-bit activations take half the memory")
    yield Change("activation_checkpointing", to="on", why="computes activations again instead of keeping them: slower, much smaller")


BAD = {
    "at the first steps": dict(lines=(CUDA,), train_loss=flat(2.3)[:3]),
    "memory was level": dict(lines=(CUDA,), memory=flat(8.0), hparams=dict(batch_size=128)),
}
GOOD = {"memory grew": dict(lines=(CUDA,), train_loss=line(2.3, 1.0), memory=line(2.0, 16.0))}
