"""Gradients explode before the loss does.

What it means
    Through many layers or time steps the gradient is multiplied again and again; now and then a batch makes
    it huge, and one step with it ruins the weights.

How it is weighed
    For: the gradient's norm left its band before the loss left its own, was many times larger at first than it is usually, or several
    times the loss before any step was taken; what the layers pass on grows from one to the next; many layers. Against: a norm that
    kept its band until the loss was already lost, few layers, or a clip that is already in place.

What to change
    max_grad_norm: twice the median norm of this run's healthy steps, so that ordinary steps are not touched.

References
    The guide, "Gradient Clipping".
    Pascanu, Mikolov and Bengio (2013). arXiv:1211.5063
"""

import numpy as np

from advisor.curves import fall, nan_after, noise, rise, spike_at
from advisor.evidence.first_gradient import steep
from advisor.finding import Change, Evidence, setting
from advisor.signals.hparams import as_number
from advisor.statistics import layer_activity
from advisor.statistics.onset import FACTOR, departure, order
from advisor.wording import number

EXPLAINS = ("exploding-loss", "unstable-loss", "loss-plateau", "loss-not-decreasing")
PRIOR = {"exploding-loss": -4.0, "unstable-loss": -4.0, "loss-plateau": -10.0, "loss-not-decreasing": -10.0}
ORDINARY = 5  # steps: fewer before the loss was lost show no usual norm
DEEP, GREW, LARGER = 6, 10.0, 8.0  # layers; times, from the first layer to the last; times, at first over usually


def weigh(finding, train_loss, grad_norm=None, layer_grad_norms=None, layer_activations=None, hparams=None):
    yield from by_depth(layer_activations, hparams)
    yield from steep(train_loss, grad_norm, layer_grad_norms, hparams, 8.0)
    yield from at_first(grad_norm)
    if (clip := as_number(hparams, "max_grad_norm")) is not None and clip > 0:
        yield setting("max_grad_norm", clip, "gradients are already clipped", -6.0)
    if grad_norm is None or not len(grad_norm):
        return
    onset, came = finding.evidence[0].first_step, order(grad_norm, train_loss, finding.evidence[0].first_step)
    out = departure(grad_norm, onset, factor=FACTOR)
    if came == "first" and out is not None:
        yield Evidence("grad_norm", out, onset, "left its band before the loss left its own, at step", float(out), weight=11.0)
    elif came is not None:
        first = min(int(grad_norm.steps[0]), onset)
        yield Evidence(
            "grad_norm", first, onset, "kept its band until the loss had left its own; median", usual_norm(grad_norm), weight=-6.0
        )


def by_depth(layer_activations, hparams):
    """Many layers, and activations that grow through them."""
    depth, grew = as_number(hparams, "num_layers"), layer_activity.growth(layer_activations)
    if depth is not None:
        yield setting("num_layers", depth, "layers, many" if depth >= DEEP else "layers", 3.0 if depth >= DEEP else -5.0)
    if grew is not None and len(layer_activations) >= 4:
        weight = 10.0 if grew >= GREW else -3.0
        yield Evidence("layer_activations", 0, 0, "spread of the last layer's activations over the first's, at first", grew, GREW, weight)


def at_first(grad_norm):
    """A norm that was far larger in the first steps than it is in the middle of the run."""
    if grad_norm is not None and len(g := grad_norm.finite()) >= 10:
        usual = float(np.median(g.values[len(g) // 4 : max(len(g) // 4 + 1, 3 * len(g) // 4)]))
        times = float(g.values[: max(1, len(g) // 20)].max()) / max(usual, 1e-300)
        if LARGER <= times < 1e6:
            fact = "norm of the gradient in the first steps over its usual"
            yield Evidence("grad_norm", int(g.steps[0]), int(g.steps[len(g) // 20]), fact, times, LARGER, 4.0)


def usual_norm(grad_norm):
    """The median norm over the first half of the finite points."""
    s = grad_norm.finite()
    return float(np.median(s.values[: max(1, len(s) // 2)])) if len(s) else 0.0


def changes(run, finding):
    norm = run.signal("grad_norm")
    typical = ordinary_norm(norm, finding)
    to = float(f"{2 * typical:.1g}") if typical > 0 else 1.0
    why = f"twice the median norm of this run ({number(typical)}): ordinary steps stay as they are"
    if not typical:
        why = (
            "the guide's value; log grad_norm to fit it to the run"
            if norm is None
            else "the guide's value: no step of this run was ordinary"
        )
    yield Change("max_grad_norm", to=to, interval=(to / 2, to * 2.5), why=why)


def ordinary_norm(norm, finding):
    """The usual norm of the steps before the loss was lost; 0 where there were too few of them to be any."""
    if norm is None or not len(norm.finite()):
        return 0.0
    calm = norm.finite()
    if finding.problem == "exploding-loss":
        calm = calm.between(last=finding.evidence[0].first_step - 1)
    return usual_norm(calm) if len(calm) >= ORDINARY else 0.0


BAD = {
    "the norm leaves first": dict(
        train_loss=(fall() + rise(40, after=0.7)) * noise(0.05),
        grad_norm=(1 + rise(900, after=0.5)) * noise(0.1),
        hparams=dict(lr=1e-3, optimizer="Adam"),
    ),
    "steep before the first step, through many layers": dict(
        train_loss=fall(start=9.0) * nan_after(0.02),
        grad_norm=170 * noise(0.2) * nan_after(0.02),
        hparams=dict(num_layers=12, lr=1e-3, optimizer="Adam"),
    ),
    "one huge gradient, then NaN": dict(
        train_loss=fall() * nan_after(0.6), grad_norm=noise(0.2) + spike_at(0.56, 500.0), hparams=dict(lr=1e-3, optimizer="Adam")
    ),
}
GOOD = {
    "NaN at once": dict(train_loss=fall() * nan_after(0.02), grad_norm=noise(0.2), hparams=dict(lr=10.0, optimizer="Adam")),
    "clipped, and the loss jumps at once": dict(train_loss=(fall() + rise(40, after=0.0)) * noise(0.05), hparams=dict(max_grad_norm=1.0)),
}
