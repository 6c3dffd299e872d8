"""Units have died: whatever comes in, they answer 0.

What it means
    A ReLU whose input is negative for every example passes no gradient back, so that nothing before it ever changes again. A step that
    was too large, or a strongly negative bias, can do this to a whole layer at once.

How it is weighed
    For: a layer's units answered 0 to everything in the second half of the run; the gradient of one layer or more is exactly 0 in every
    point of it; the training loss moved, and then was one number to its last digit.
    Against: layers that answer, none without a gradient; gradients that were there at first, so that a step killed the units;
    layers of so few units, or a model of so few parameters, that a whole layer is dead by chance.
    Sparse activations are not death: only a layer that answers nothing, or has a gradient of 0 for all data, counts, or a unit
    that the probe saw answer 0 to every example.

What to change
    activation: LeakyReLU or GELU, which always pass some gradient on; initialization: He, with biases of 0. And a smaller lr where a step
    killed them.

References
    Lu et al., Dying ReLU and Initialization (2019). arXiv:1903.06733
    Maas et al., Rectifier Nonlinearities Improve Neural Network Acoustic Models (2013).
"""

import numpy as np

from advisor.causes.model_too_small import FEW, TINY
from advisor.curves import T, every, fall, flat, noise, step_to
from advisor.evidence.sanity_facts import by_layer, sanity_evidence
from advisor.evidence.steps_too_large import stuck_to_the_digit
from advisor.finding import Change, Evidence, setting
from advisor.problems.dead_units import units as dead
from advisor.problems.parameters_without_gradient import reached
from advisor.signals.hparams import as_number
from advisor.statistics import layer_activity

EXPLAINS = (
    "idle-layers", "loss-not-decreasing", "loss-plateau", "one-class", "slow-convergence", "dead-units", "parameters-without-gradient",
    "cannot-overfit-one-batch",
)  # fmt: skip
PRIOR = {
    "idle-layers": -2.0, "loss-not-decreasing": -8.0, "loss-plateau": -8.0, "one-class": -6.0, "slow-convergence": -12.0,
    "dead-units": 0.0, "parameters-without-gradient": -3.0, "cannot-overfit-one-batch": -8.0,
}  # fmt: skip
MOST = 0.75


def weigh(train_loss=None, layer_grad_norms=None, layer_zeros=None, hparams=None, sanity_check=None):
    if units := by_layer(sanity_check or {}, "dead_units"):
        worst = max(units, key=units.__getitem__)
        weight = 16.0 if units[worst] > MOST else -12.0
        what = "share of a layer's units that answer 0 to all"
        yield sanity_evidence(sanity_check, f"dead_units/{worst}", what, units[worst], MOST, weight)
    if train_loss is not None:
        yield from stuck_to_the_digit(train_loss, 10.0)
    looked_at = [*by_zeros(layer_zeros), *by_gradients(layer_grad_norms)]
    yield from looked_at
    if any(e.weight > 0 for e in looked_at):
        yield from by_chance(hparams)


def by_chance(hparams):
    """Of one unit a layer, or two or three, all may be dead from the start, whatever the activation."""
    width, count = as_number(hparams, "hidden_size"), as_number(hparams, "num_parameters")
    if width is not None and 0 < width <= FEW / 2:
        yield setting("hidden_size", width, "units of a hidden layer, so few that all may be dead by chance", -12.0)
    elif count is not None and 0 < count <= TINY:
        yield setting("num_parameters", count, "parameters, so few that a layer may be dead by chance", -12.0)


def by_zeros(layer_zeros):
    """Units that answer 0 to everything, and since when."""
    layers = layer_activity.long_enough(layer_zeros)
    if not layers:
        return
    found, curve = layer_activity.silent(layers), next(iter(layers.values()))
    first, last = int(curve.steps[0]), int(curve.steps[-1])
    if found is None:
        most = max(float(np.median(s.values)) for s in layers.values())
        weight = -12.0 if most < 0.9 else 0.0
        yield Evidence(
            "layer_zeros", first, last, "largest share of a layer's units that answer 0", most, layer_activity.ALL, weight, curve.tag
        )
    else:
        fact = "share of the layers whose units all answer 0"
        kind = "layers that answer 0 to everything" if found.at_once else "layers that a step killed"
        weight = 20.0 if found.at_once else 6.0
        yield Evidence("layer_zeros", found.first, found.last, fact, found.share, 0.0, weight, found.tag, kind)


def by_gradients(layer_grad_norms):
    """Layers without a gradient, and whether they had one."""
    norms = {layer: s.finite() for layer, s in (layer_grad_norms or {}).items() if len(s.finite()) >= 3}
    if len(norms) < 2:
        return
    dead = [s for s in norms.values() if not s.values[len(s) // 2 :].any()]
    curve = dead[0] if dead else next(iter(norms.values()))
    first, last = int(curve.steps[0]), int(curve.steps[-1])
    share = len(dead) / len(norms)
    yield Evidence(
        "layer_grad_norms",
        first,
        last,
        "share of the layers whose gradient is exactly 0",
        share,
        0.0,
        20.0 if dead else -10.0,
        tag=curve.tag,
        kind="layers whose gradient is exactly 0" if dead else "every layer has a gradient",
    )
    if dead and any(s.values[0] != 0 for s in dead):
        at = max(int(s.steps[s.values != 0][-1]) for s in dead if s.values.any())
        yield Evidence("layer_grad_norms", first, at, "had a gradient until step", float(at), weight=-8.0, tag=curve.tag)


def changes(run, finding):
    yield Change("activation", to="LeakyReLU", why="passes some gradient on for negative inputs too: a unit can come back")
    yield Change("initialization", to="He", why="with biases of 0, half of the inputs of every unit start out positive")


def layers(*curves):
    return {f"layers.{i}": curve * noise(0.1, i) for i, curve in enumerate(curves)}


BAD = {
    "units that answer 0 to everything": dict(
        train_loss=fall(start=3.0, end=2.0, rate=300) * noise(0.005), layer_zeros={"1": every(5, flat(1.0)), "2": every(5, flat(0.5))}
    ),
    "moved, then to the last digit the same": dict(
        train_loss=85.02904 + np.where(T < 0.05, 0.1 * (1 - 20 * T), 0.0), hparams=dict(lr=1e-4, optimizer="Adam")
    ),
    "seen by the probe": dead(fc1=1.0, fc2=0.1),
    "no gradient passes them": reached(zero=(0.9, 0.9), **{"dead_units/fc1": 1.0}),
    "all hidden layers from the start": dict(train_loss=flat(2.3) * noise(0.003), layer_grad_norms=layers(flat(0), flat(0), flat(0))),
}
GOOD = {
    "two units a layer": dict(
        train_loss=fall(start=2.36, end=2.3, rate=60) * noise(0.005),
        layer_zeros={"1": every(5, flat(0.5)), "2": every(5, flat(1.0))},
        hparams=dict(hidden_size=2, num_parameters=166, lr=1e-3, optimizer="Adam"),
    ),
    "a layer is detached": reached(cut_off=0.4, **{"dead_units/fc1": 0.1}),
    "two of three, killed by the first steps": dict(
        train_loss=fall(start=3.0, end=2.3, rate=300) * noise(0.005),
        layer_grad_norms=layers(step_to(1.0, 0.0, 0.05), step_to(1.0, 0.0, 0.05), flat(0.1)),
        hparams=dict(lr=1.0, optimizer="Adam"),
    ),
    "small, but alive": dict(train_loss=flat(2.3) * noise(0.003), layer_grad_norms=layers(flat(1e-5), flat(1e-3), flat(0.1))),
    "0 now and then": dict(train_loss=flat(2.3) * noise(0.003), layer_grad_norms=layers((T * 100 % 2 < 1) * 1.0, flat(1.0), flat(1.0))),
}
