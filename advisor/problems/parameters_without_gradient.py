"""The gradient does not reach all the parameters that are to be trained.

What it means
    What has no gradient stays as it was initialized, whatever the learning rate. Either the graph is cut between it and the loss, or the
    units behind it are dead, or the layer is not used at all, or the optimizer was never given it.

How it is detected
    In four minibatches before any step, and in four after a few: no gradient at all, though the loss changes when the parameter is
    changed; a gradient of exactly 0 at both looks, in `share` of the parameters' numbers or more. Layers the loss does not depend on,
    frozen ones and those the optimizer does not hold are noted, for they may be meant so. In a script nothing can be changed to see what
    the loss depends on, so that a tenth without a gradient is a warning.

References
    PyTorch, Autograd mechanics. https://docs.pytorch.org/docs/stable/notes/autograd.html
    The guide, Problem 4, solution 2: ensure gradients can flow.
"""

import numpy as np

from advisor.evidence.sanity_facts import at_end, at_start, by_layer, sanity_evidence
from advisor.finding import Finding, Level
from advisor.statistics.curve_shape import CannotTell
from advisor.wording import first_few, percent

MANY = 0.1  # of what is trained: more is left out of the loss by mistake only
NOTED = {
    "unused": "is in layers that the loss does not depend on",
    "missing": "has no gradient: the loss does not depend on it, or the graph is cut before it",
    "frozen": "is frozen, by requires_grad = False",
    "not_held": "was never given to the optimizer",
}


def check(sanity_check, *, share=0.01):
    if "gradient/zero_gradient" not in sanity_check:
        raise CannotTell("no gradient was looked at")
    cut = at_end(sanity_check, "gradient/cut_off", 0.0)
    if cut > 0:
        yield finding(sanity_check, "cut_off", cut, "have no gradient, though the loss depends on them", 0.0)
    zero = min(at_start(sanity_check, "gradient/zero_gradient"), at_end(sanity_check, "gradient/zero_gradient"))
    if zero >= share:
        yield finding(sanity_check, "zero_gradient", zero, "have a gradient of exactly 0 in every minibatch", share)
    for name, words in NOTED.items():
        part = at_end(sanity_check, f"gradient/{name}", 0.0)
        if part >= share:
            level: Level = "error" if name == "not_held" and part >= 1 else "warning" if name == "missing" and part >= MANY else "note"
            amount = f"{part:.0%} of what is trained" if name != "frozen" else f"{part / (1 + part):.0%} of the model"
            yield Finding(f"{amount} {words}.", (fact(sanity_check, name, part, share),), level=level)


def finding(looks, name, part, words, limit):
    few = first_few(by_layer(looks, name), 3)
    which = f" ({few})" if few else ""
    return Finding(f"{percent(part)} of the parameters' numbers{which} {words}.", (fact(looks, name, part, limit),), confidence=0.9)


def fact(looks, name, part, limit):
    return sanity_evidence(looks, f"gradient/{name}", f"{name.replace('_', ' ')}: share of the numbers that are trained", part, limit)


def reached(cut_off=0.0, zero=(0.0, 0.0), unused=0.0, frozen=0.0, not_held=0.0, **more):
    """Two looks at the gradients."""
    facts = {"cut_off": [cut_off] * 2, "zero_gradient": zero, "unused": [unused] * 2, "frozen": [frozen] * 2, "not_held": [not_held] * 2}
    named = {f"gradient/{name}": np.array(value, float) for name, value in facts.items()}
    return dict(sanity_check=named | {name: np.array([float(value)]) for name, value in more.items()})


BAD = {
    "a layer is detached": reached(cut_off=0.4, **{"cut_off/encoder.0.weight": 512}),
    "a small one": reached(cut_off=0.001),
    "no gradient passes a dead layer": reached(zero=(0.9, 0.9)),
    "nor a smaller one": reached(zero=(0.03, 0.03)),
    "an unused layer": reached(unused=0.2),
    "unused or cut off, in a script": reached(**{"gradient/missing": 0.5}),
    "a frozen backbone": reached(frozen=9.0),
    "another copy's parameters": reached(not_held=1.0),
    "the head alone is trained": reached(not_held=0.8),
}
GOOD = {
    "all are reached": reached(),
    "a layer that begins at 0 wakes up": reached(zero=(0.5, 0.0)),
    "a bias before a normalization": reached(zero=(0.001, 0.001)),
    "all is learned at the second look": reached(zero=(0.0, 1.0)),
}
