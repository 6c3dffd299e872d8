"""Gradients vanish on their way to the first layers.

What it means
    Each saturating layer shrinks the gradient. The last layers learn, the first ones stay as they were
    initialized, and the loss stops at what the last layers can do alone.

How it is weighed
    For: the first layer's gradient is `VANISHED` of the largest layer's or less, from the first tenth of the
    run on; what the layers pass on shrinks from one to the next; the hyperparameters tell of many layers and an activation
    that saturates; the probe saw the same when it looked. Against: gradients of one size through all layers, or few layers.

What to change
    In the guide's order: normalization between the layers, an activation that does not saturate, residual
    connections.

References
    The guide, Problem 1, cause 4.
    Glorot and Bengio, Understanding the difficulty of training deep feedforward neural networks (2010).
"""

import numpy as np

from advisor.curves import every, fall, flat, noise
from advisor.evidence.data_kind import data_kind
from advisor.evidence.sanity_facts import at_start, sanity_evidence
from advisor.finding import Change, Evidence, setting
from advisor.problems.cannot_overfit_one_batch import tried
from advisor.signals.hparams import as_number
from advisor.statistics import layer_activity

EXPLAINS = (
    "idle-layers", "loss-not-decreasing", "loss-plateau", "slow-convergence", "one-class", "underfitting", "cannot-overfit-one-batch",
)  # fmt: skip
PRIOR = -6.0
DEEP = 6  # layers
SATURATING = ("sigmoid", "tanh", "softsign")
VANISHED = 1e-2
EVEN = 0.1


def weigh(layer_grad_norms=None, layer_activations=None, hparams=None, sanity_check=None):
    share = at_start(sanity_check or {}, "gradient/first_layer")
    if share >= 0:
        weight = 0.0 if share == 0 else 18.0 if share < VANISHED else -12.0 if share > EVEN else 4.0
        what = "gradient of the first layer over the largest layer's"
        yield sanity_evidence(sanity_check, "gradient/first_layer", what, share, VANISHED, weight)
    yield from by_design(hparams)
    if (grew := layer_activity.growth(layer_activations)) is not None and len(layer_activations) >= 4:
        weight = 10.0 if grew < VANISHED else 0.0
        yield Evidence(
            "layer_activations", 0, 0, "spread of the last layer's activations over the first's, at first", grew, VANISHED, weight
        )
    norms = {layer: s.finite() for layer, s in (layer_grad_norms or {}).items() if len(s.finite())}
    if len(norms) < 3:
        return
    typical = [float(np.median(s.values[: 1 + len(s) // 10])) for s in norms.values()]  # later, a rate too high may have killed units
    layer, largest = next(iter(norms)), max(typical)
    ratio = typical[0] / largest if largest > 0 else 0.0
    steps = norms[layer].steps
    weight = 6.0 if ratio == 0 else 18.0 if ratio < VANISHED else -12.0 if ratio > EVEN else 4.0
    yield Evidence(
        "layer_grad_norms",
        int(steps[0]),
        int(steps[-1]),
        "gradient of the first layer over the largest layer's",
        ratio,
        VANISHED,
        weight,
        tag=norms[layer].tag,
        kind="the first layer's gradient is as large as others" if ratio > EVEN else "the first layer's gradient is small",
    )


def by_design(hparams):
    """A deep network whose activation saturates."""
    depth, activation = as_number(hparams, "num_layers"), str((hparams or {}).get("activation", "")).lower()
    if depth is not None and activation:
        saturates = any(name in activation for name in SATURATING)
        weight = 8.0 if saturates and depth >= DEEP else -4.0 if depth < DEEP else -2.0
        yield setting("num_layers", depth, f"layers, with {activation} between them", weight, "layers and their activation")


def changes(run, finding):
    of_sequences = data_kind(run) in ("text", "audio")
    how = {"pytorch": "nn.LayerNorm(features)  # after each hidden layer"} if of_sequences else {}
    yield Change(
        "normalization",
        to="LayerNorm" if of_sequences else "BatchNorm",
        how=how,
        why="keeps every layer's inputs, and so its gradients, at one scale",
    )
    yield Change("activation", to="ReLU", why="does not saturate; sigmoid passes on at most a quarter of the gradient at each layer")
    yield Change("initialization", to="He", why="keeps the variance from layer to layer (Xavier for tanh)")


LAYERS = {f"layers.{i}": flat(10.0 ** (i - 5)) * noise(0.1) for i in range(6)}
BAD = {
    "deep and saturating, as the hyperparameters say": dict(
        train_loss=flat(2.3) * noise(0.003),
        layer_activations={f"{i}": every(10, flat(10.0**-i)) for i in range(6)},
        hparams=dict(num_layers=12, activation="sigmoid", lr=1e-3, optimizer="Adam"),
    ),
    "seen by the probe": tried(0.0, 0.02, 0.01, **{"gradient/first_layer": 1e-6}),
    "each layer a tenth": dict(train_loss=flat(2.3) * noise(0.003), layer_grad_norms=LAYERS),
    "stuck after the last layers learned": dict(train_loss=fall(start=3.0, end=2.3, rate=300) * noise(0.005), layer_grad_norms=LAYERS),
}
GOOD = {
    "one input, many targets": tried(0.0, 0.01, contradicting_targets=1.0, **{"gradient/first_layer": 0.4}),
    "even layers": dict(train_loss=flat(2.3) * noise(0.003), layer_grad_norms={f"layers.{i}": flat(1.0) * noise(0.1, i) for i in range(6)}),
    "no layer logged": dict(train_loss=flat(2.3) * noise(0.003)),
}
