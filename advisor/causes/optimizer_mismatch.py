"""The optimizer does not suit the model.

What it means
    Plain SGD moves every parameter at one rate. Where gradients differ by orders of magnitude from layer to layer, as in transformers,
    no one rate suits them all; an adaptive optimizer gives each its own.

How it is weighed
    For: SGD with gradients that differ by a hundred times between layers; SGD without momentum. Against: an adaptive optimizer in use
    already; a rate below the usual, which is to be mended first.

What to change
    optimizer: AdamW at its starting rate of 3e-4 to 1e-3; or momentum 0.9 at the same rate.

References
    The guide, "Optimization Algorithms" and Problem 4, solution 3: try different optimizers.
    Zhang et al., Why Transformers Need Adam: A Hessian Perspective (2024). arXiv:2402.16788
"""

import numpy as np

from advisor.curves import flat, line, noise
from advisor.evidence.learning_rate import distance
from advisor.finding import Change, Evidence
from advisor.signals.hparams import ADAPTIVE, optimizer_of

EXPLAINS = ("slow-convergence", "loss-plateau")
PRIOR = {"slow-convergence": -6.0, "loss-plateau": -9.0}
APART = 100.0


def weigh(layer_grad_norms=None, lr=None, hparams=None, task=None):
    optimizer = optimizer_of(hparams)
    if optimizer in ADAPTIVE:
        yield Evidence("hparams", 0, 0, "the optimizer is adaptive already", 1.0, weight=-12.0, tag="optimizer")
        return
    if optimizer is not None:
        plain = optimizer == "SGD"
        yield Evidence("hparams", 0, 0, "momentum is in use", float(not plain), weight=3.0 if plain else 0.0, tag="optimizer")
        if (below := -distance(lr, hparams, task)) > 0:
            yield Evidence("hparams", 0, 0, "decades of the learning rate below the usual", below, 0.0, -5.0, tag="lr")
    typical = [float(np.median(s.finite().values)) for s in (layer_grad_norms or {}).values() if len(s.finite())]
    if optimizer is not None and len(typical) >= 3 and min(typical) > 0:
        apart = max(typical) / min(typical)
        weight = 12.0 if apart >= APART else -3.0
        yield Evidence("layer_grad_norms", 0, 0, "largest layer's gradient over the smallest", apart, APART, weight)


def changes(run, finding):
    yield Change("optimizer", to="AdamW", why="gives every parameter a rate of its own; start it at 3e-4 to 1e-3")


UNEVEN = {f"layers.{i}": flat(norm) * noise(0.1, i) for i, norm in enumerate((1.0, 0.002, 0.5, 0.1))}
BAD = {
    "SGD, slow even at a high rate, on layers of very different gradients": dict(
        train_loss=line(2.3, 2.1) * noise(0.01), layer_grad_norms=UNEVEN, lr=flat(1.0), hparams=dict(lr=1.0, optimizer="SGD")
    ),
}
GOOD = {
    "Adam": dict(train_loss=line(2.3, 2.1) * noise(0.01), layer_grad_norms=UNEVEN, hparams=dict(lr=1e-5, optimizer="Adam")),
    "SGD at a tiny rate": dict(train_loss=line(2.3, 2.1) * noise(0.01), hparams=dict(lr=1e-4, optimizer="SGD")),
}
