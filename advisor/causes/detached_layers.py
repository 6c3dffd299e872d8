"""The graph between some layers and the loss is cut.

What it means
    detach(), numpy(), item(), torch.no_grad() or an integer operation such as argmax stands between them: the loss depends on these
    layers, and no gradient tells them how.

How it is weighed
    For: parameters without any gradient on which the loss depends. Against: none of that kind.

What to change
    cut_graph: look for these calls on the way from the layers that are named to the loss.

References
    PyTorch, Autograd mechanics: locally disabling gradient computation. https://docs.pytorch.org/docs/stable/notes/autograd.html
"""

from advisor.evidence.sanity_facts import at_end, sanity_evidence
from advisor.finding import Change
from advisor.problems.parameters_without_gradient import reached

EXPLAINS = ("parameters-without-gradient", "cannot-overfit-one-batch")
PRIOR = {"parameters-without-gradient": -3.0, "cannot-overfit-one-batch": -8.0}


def weigh(sanity_check):
    cut = at_end(sanity_check, "gradient/cut_off")
    if cut >= 0:
        fact = "share of the parameters the loss depends on without a gradient"
        yield sanity_evidence(sanity_check, "gradient/cut_off", fact, cut, 0.0, 18.0 if cut > 0 else -14.0)


def changes(run, finding):
    yield Change("cut_graph", to="whole", why="the loss depends on these layers, and no gradient reaches them")


BAD = {"a layer is detached": reached(cut_off=0.4)}
GOOD = {"an unused layer": reached(unused=0.2), "dead units": reached(zero=(0.9, 0.9), **{"dead_units/fc1": 1.0})}
