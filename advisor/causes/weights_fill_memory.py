"""The weights alone, or what the optimizer keeps of each, fill the memory.

What it means
    Weights, gradients and what an optimizer keeps (of Adam two numbers for each weight) take their room whatever the batch is: no batch
    is small enough.

How it is weighed
    By where it ended. For: the traceback shows the weights being loaded or moved to the device, or the optimizer taking its first step.
    Against: anything else.

What to change
    weight_precision: 16 bits, or 4 with adapters that are trained. Where it was the optimizer, optimizer_state before that.

References
    Rajbhandari et al., ZeRO (2020): what weights, gradients and an optimizer's state take. arXiv:1910.02054
    Dettmers et al., 8-bit Optimizers via Block-wise Quantization (2022). arXiv:2110.02861
"""

from dataclasses import replace

from advisor.evidence.failing.memory_message import without_a_batch
from advisor.finding import Change, Evidence
from advisor.problems.out_of_memory import CUDA

EXPLAINS = ("out-of-memory",)
PRIOR = -12.0


def weigh(train_loss=None, lines=None):
    at = without_a_batch(lines, train_loss)
    fact = f"the {at}'s, not a batch's: lines by which memory ran out" if at else "lines by which memory ran out where no batch was at work"
    yield Evidence("lines", 0, 0, fact, float(bool(at)), weight=24.0 if at else -6.0)


def changes(run, finding):
    if without_a_batch(run.signal("lines"), run.signal("train_loss")) == "optimizer":
        why = "memory ran out in the optimizer's first step, in which Adam makes two numbers for each weight: in 8 bits they take a quarter"
        yield Change("optimizer_state", to="8 bits", why=why)
        why = "weights, gradients and what the optimizer keeps of them fill the device: 16 bits take half"
    else:
        why = "memory ran out as the weights were put there, before any batch: 16 bits take half of what 32 do, 4 bits an eighth"
    yield Change("weight_precision", to="16 bits", why=why)


BAD = {
    "as the weights were loaded": dict(lines=(replace(CUDA, stage="model"),)),
    "in the optimizer's first step": dict(lines=(replace(CUDA, stage="optimizer"),)),
}
GOOD = {"in a batch": dict(lines=(replace(CUDA, stage="batch"),)), "nothing tells where": dict(lines=(CUDA,))}
