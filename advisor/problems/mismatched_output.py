"""What the model puts out is not what the loss expects.

What it means
    A softmax before cross-entropy, or a sigmoid before a loss that has one, squeezes the logits: the gradients become small and the loss
    cannot get near 0. Logits where log probabilities are expected have no lowest loss at all. Shapes that differ are broadcast, and every
    output is compared with every target.

How it is detected
    The loss is asked. Output in which each row adds up to 1, while the loss is the same when 1 is added to every column: a softmax too
    many. A sigmoid that comes last, while the loss is lower for the targets' logits than for the targets: a sigmoid too many. Output
    that is no log probability, while the loss falls by the same whenever 1 is added to all: a log_softmax too few. A loss that is
    another when the output is given the target's shape: broadcast.

References
    PyTorch, CrossEntropyLoss: the input is expected to contain the unnormalized logits.
    https://docs.pytorch.org/docs/stable/generated/torch.nn.CrossEntropyLoss.html
"""

import numpy as np

from advisor.evidence.sanity_facts import at_end, by_layer, sanity_evidence
from advisor.finding import Finding
from advisor.statistics.curve_shape import CannotTell

MISFITS = {
    "softmax_twice": "The {} columns of the output add up to 1, and the loss applies a softmax again.",
    "sigmoid_twice": "The output lies between 0 and 1, and the loss applies a sigmoid again.",
    "softmax_missing": "The loss takes the {} columns of the output for log probabilities, which they are not: it falls below 0.",
    "broadcast": "Output and target differ in shape, so the loss compares each output with every target, and not 1 with 1.",
}


def check(sanity_check):
    found = by_layer(sanity_check, "misfit")
    if not found:
        raise CannotTell("what output and target are to each other could not be told from their shapes and values")
    for name, message in MISFITS.items():
        if found.get(name, 0.0) > 0:
            fact = sanity_evidence(sanity_check, f"misfit/{name}", name.replace("_", " ") + ": share of the minibatches", found[name], 0.0)
            yield Finding(message.format(f"{at_end(sanity_check, 'classes'):.0f}"), (fact,), confidence=0.97)


def fits(**found):
    names = {f"misfit/{name}": np.array([found.get(name, 0.0)] * 2) for name in MISFITS}
    return dict(sanity_check=names | {"classes": np.array([10.0])})


BAD = {name.replace("_", " "): fits(**{name: 1.0}) for name in MISFITS}
GOOD = {"they fit": fits()}
