"""Evaluation takes more memory than training.

What it means
    Without torch.no_grad() an evaluation keeps every activation for a gradient that nobody asks for, and what it gathers of all batches
    grows to the end of the set. The batch of the training is then not at fault.

How it is weighed
    By where it ended: memory ran out under an evaluation's progress bar, or inside a function that evaluates.

What to change
    evaluation_memory: no gradients, and nothing kept on the device; then eval_batch_size.

References
    PyTorch, "Autograd mechanics": locally disabling gradient computation.
"""

from dataclasses import replace

from advisor.finding import Change, Evidence
from advisor.problems.out_of_memory import CUDA
from advisor.signals.hparams import as_number

EXPLAINS = ("out-of-memory",)
PRIOR = -12.0


def weigh(lines=None):
    told = [line for line in lines or () if line.kind == "out-of-memory"]
    if told:
        fact = "lines by which memory ran out in an evaluation"
        evaluating = [line for line in told if line.evaluating]
        yield Evidence("lines", 0, 0, fact, float(len(evaluating)), weight=22.0 if evaluating else -10.0)


def changes(run, finding):
    yield Change("evaluation_memory", to="no gradients", why="memory ran out in an evaluation, not in a step of the training")
    size = as_number(run.signal("hparams"), "eval_batch_size")
    why = "its batches may then be smaller than those of the training: that moves no result"
    yield Change("eval_batch_size", to=int(size // 2) if size and size >= 2 else None, by=None if size and size >= 2 else 0.5, why=why)


BAD = {"in an evaluation": dict(lines=(replace(CUDA, evaluating=True),))}
GOOD = {"in a step": dict(lines=(CUDA,))}
