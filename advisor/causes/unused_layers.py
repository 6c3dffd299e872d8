"""Some layers take no part in the loss.

What it means
    They were made and are not called, or what they answer is not used: a pooler that came with a pretrained model, or a branch that was
    forgotten.

How it is weighed
    For: parameters without a gradient on which the loss does not depend. Against: none of that kind.

What to change
    Nothing, where they are meant to rest. Else call them in the model's forward.

References
    PyTorch, DistributedDataParallel: find_unused_parameters.
"""

from advisor.evidence.sanity_facts import at_end, sanity_evidence
from advisor.problems.parameters_without_gradient import reached

EXPLAINS = ("parameters-without-gradient",)
PRIOR = -3.0


def weigh(sanity_check):
    unused = at_end(sanity_check, "gradient/unused")
    if unused >= 0:
        fact = "share of the parameters the loss does not depend on"
        yield sanity_evidence(sanity_check, "gradient/unused", fact, unused, 0.0, 15.0 if unused > 0 else -14.0)


def changes(run, finding):
    return ()


BAD = {"an unused layer": reached(unused=0.2)}
GOOD = {"a layer is detached": reached(cut_off=0.4)}
