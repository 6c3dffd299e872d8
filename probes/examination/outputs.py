"""What the loss says of answers that are known: of knowing nothing, of the best constant, of a perfect answer.

The loss itself is asked, so its reduction, weights and label smoothing are in every number. What output and target are is told from their
shapes and values; where that cannot be told there are no such numbers.
"""

import contextlib
import math
from collections.abc import Callable, Iterable

from probes.examination.known_answers import Classes, Numbers, kind

SHAPES = {
    "View",
    "Reshape",
    "ReshapeAlias",
    "UnsafeView",
    "Squeeze",
    "Unsqueeze",
    "Permute",
    "Transpose",
    "T",
    "Slice",
    "Select",
    "Clone",
    "ToCopy",
}
LARGE = 2_000_000  # numbers in an output: more are not asked about
ALIKE = 1e-4  # relative difference below which two losses are one


class LossOf:
    """A loss that may be asked of answers like the model's."""

    def __init__(self, loss: Callable, output, target):
        self.loss, self.output, self.target = loss, output, target

    def __call__(self, answer) -> float:
        """NaN where the loss will not have it."""
        import torch

        with contextlib.suppress(Exception), torch.no_grad():
            return float(self.loss(answer.to(self.output.dtype), self.target))
        return math.nan

    def least(self, answers: Iterable) -> float:
        """The lowest finite loss of these answers, in the loss's own units; NaN where none is finite."""
        return min((value for value in map(self, answers) if math.isfinite(value)), default=math.nan)


def many(output) -> bool:
    """Whether asking about it takes so long that one minibatch has to do."""
    return hasattr(output, "numel") and output.numel() > LARGE


def output_facts(loss: Callable, output, target) -> dict[str, float]:
    """The losses of knowing nothing, of the best constant and of a perfect answer, and whether output and loss fit together.

    Of a minibatch with very many numbers a part is asked about, and the losses are those of the whole in proportion.
    """
    facts = {"answers": float(target.numel()) if hasattr(target, "numel") else math.nan}
    if kind(output, target) is None or not bool(output.isfinite().all()):
        return {name: value for name, value in facts.items() if not math.isnan(value)}
    examples = max(2, int(LARGE * len(output) / output.numel()))
    part, its = output.detach()[:examples], target[:examples]
    known, asked, scale = kind(part, its), LossOf(loss, part, its), 1.0
    assert known is not None
    if examples < len(output):
        scale = LossOf(loss, output, target)(output.detach()) / asked(part)
    facts |= {
        "ignorant_loss": scale * asked.least(known.ignorant()),
        "constant_loss": scale * asked.least(known.constants()),
        "perfect_loss": scale * asked.least(known.perfect()),
    }
    misfits = {
        "softmax_twice": isinstance(known, Classes) and softmax_twice(known, asked),
        "sigmoid_twice": isinstance(known, Numbers) and known.unit and ends_in_sigmoid(output) and sigmoid_twice(known, asked),
        "softmax_missing": isinstance(known, Classes) and softmax_missing(known, asked),
        "broadcast": isinstance(known, Numbers) and broadcast(asked),
    }
    facts |= {f"misfit/{name}": float(found) for name, found in misfits.items()}
    return {name: value for name, value in facts.items() if not math.isnan(value)} | (
        {"classes": float(known.count)} if isinstance(known, Classes) else {}
    )


def ends_in_sigmoid(output) -> bool:
    """Whether a sigmoid was the last to compute on it; its graph must be there."""
    last = output.grad_fn
    while last is not None and last.name().removesuffix("0").removesuffix("Backward") in SHAPES:
        last = last.next_functions[0][0]
    return last is not None and last.name().startswith("Sigmoid")


def softmax_twice(known: Classes, asked: LossOf) -> bool:
    """Probabilities come out, and the loss takes them for logits: one more for every class changes nothing."""
    here = asked(known.output)
    return known.probabilities and nearly_equal(asked(known.output + 1), here) and nearly_equal(asked(known.output + 5), here)


def softmax_missing(known: Classes, asked: LossOf) -> bool:
    """Logits come out, and the loss takes them for log probabilities: one more for every class lowers it, and so without end."""
    here, more, most = asked(known.output), asked(known.output + 1), asked(known.output + 2)
    falls = here - more > 1e-3 * max(1.0, abs(here)) and nearly_equal(here - more, more - most)
    return falls and not known.log_probabilities and not known.probabilities


def sigmoid_twice(known: Numbers, asked: LossOf) -> bool:
    """Probabilities come out, and the loss takes them for logits: it is lower for the targets' logits than for the targets."""
    as_they_are, as_logits, *_ = known.possible_forms(known.target)
    return asked(as_logits) < asked(as_they_are) * (1 - 1e-3)


def broadcast(asked: LossOf) -> bool:
    """Output and target differ in shape, and the loss is another one where they do not."""
    if asked.output.shape == asked.target.shape or len(asked.target) < 2:
        return False
    fitted = asked(asked.output.detach().reshape(asked.target.shape))
    return math.isfinite(fitted) and not nearly_equal(fitted, asked(asked.output.detach()))


def nearly_equal(a: float, b: float) -> bool:
    """Whether two losses differ by no more than a ten-thousandth of the larger; NaN is equal to nothing."""
    return abs(a - b) <= ALIKE * max(abs(a), abs(b))
