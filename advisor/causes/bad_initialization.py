"""The weights start at a bad scale.

What it means
    Weights that start too large saturate or overflow the layers behind them; weights that start too small, or
    all alike, pass nothing on. No learning rate makes up for it.

How it is weighed
    For: the loss is not finite from its first step on, or starts many times above where it soon is; the
    layers' gradients differ by orders of magnitude at the first step, or are all 0 but for the last; weights that begin at 0;
    activations that spread far above 1 or far below at the first look; a gradient several times the loss before any step.
    Against: a start from which the loss fell as usual; activations of about 1. For, by the probe: a classifier begins far above
    ln C although its inputs are of size 1.

What to change
    initialization: He (Kaiming) before ReLU, Xavier (Glorot) before tanh or sigmoid.

References
    The guide, Problem 1, cause 3.
    He et al., Delving Deep into Rectifiers (2015). arXiv:1502.01852
"""

import numpy as np

from advisor.curves import T, every, fall, flat, noise
from advisor.evidence.first_gradient import steep
from advisor.evidence.sanity_facts import at_start, sanity_evidence
from advisor.finding import Change, Evidence
from advisor.problems.wrong_initial_loss import look
from advisor.statistics import layer_activity
from advisor.statistics.curve_shape import ENOUGH, shape

EXPLAINS = (
    "idle-layers", "exploding-loss", "loss-not-decreasing", "loss-plateau", "unstable-loss", "slow-convergence", "wrong-initial-loss",
    "dead-units",
)  # fmt: skip
PRIOR = dict.fromkeys(EXPLAINS, -5.0) | {"wrong-initial-loss": -2.0, "dead-units": -4.0}
USUAL = (0.03, 6.0)  # spread of activations at the first look
APART = 1e4
FAR_ABOVE = 30.0
GUESS = 12.0  # nats: the loss of a guess among 160,000 classes


def weigh(
    finding, train_loss=None, val_loss=None, val_accuracy=None, grad_norm=None, layer_grad_norms=None, layer_weights=None,
    layer_activations=None, hparams=None, epoch=None, sanity_check=None,
):  # fmt: skip
    if finding.problem == "wrong-initial-loss":
        yield from looked_at(sanity_check)
        return
    if train_loss is None:
        return
    if val_accuracy is not None and np.isfinite(train_loss.values[0]) and train_loss.values[0] > GUESS and not train_loss.begins_trained:
        at = int(train_loss.steps[0])
        yield Evidence(
            "train_loss", at, at, "starting loss of a classifier, which begins by guessing", float(train_loss.values[0]), GUESS, 8.0
        )
    yield from steep(train_loss, grad_norm, layer_grad_norms, hparams, 5.0)
    yield from by_weights(layer_weights)
    yield from by_activations(layer_activations)
    if not np.isfinite(train_loss.values[0]) and before_any_step(train_loss, val_loss, epoch):
        yield Evidence(
            "train_loss",
            int(train_loss.steps[0]),
            int(train_loss.steps[-1]),
            "not finite before any step was taken",
            float(train_loss.values[0]),
            weight=9.0,
        )
    elif len(train_loss.finite()) >= ENOUGH:
        s = shape(train_loss)
        if s.end.value > 0 and s.start.value / s.end.value > FAR_ABOVE and s.settled < 0.1:
            yield Evidence(
                "train_loss", s.first_step, s.last_step, "start over the level it soon reached", s.start.value / s.end.value, FAR_ABOVE, 8.0
            )
        elif s.fall > 0.5:
            yield Evidence("train_loss", s.first_step, s.last_step, "fell as usual: share of the start lost", s.fall, 0.5, -6.0)
    starts = [float(s.values[0]) for s in (layer_grad_norms or {}).values() if len(s)]
    if len(starts) >= 3 and min(starts) > 0 and max(starts) / min(starts) > APART:
        yield Evidence(
            "layer_grad_norms", 0, 0, "largest layer's gradient over the smallest at the first step", max(starts) / min(starts), APART, 6.0
        )


def before_any_step(train_loss, val_loss, epoch):
    """Whether the first point is a first step's: one of many, and no mean of an epoch, as those beside validations or one an epoch are."""
    means = val_loss is not None and len(val_loss) > 1 and bool(np.isin(train_loss.steps, val_loss.steps).all())
    means = means or (epoch is not None and len(train_loss) <= len(np.unique(epoch.values)))
    return len(train_loss) >= ENOUGH and not train_loss.begins_trained and not means


def by_weights(layer_weights):
    """Weights of 0 at the first look: every unit of a layer is the same, and nothing is passed on."""
    starts = {name: s for name, s in layer_activity.long_enough(layer_weights).items() if s.values[0] == 0}
    if starts:
        curve = next(iter(starts.values()))
        share = len(starts) / len(layer_weights)
        yield Evidence(
            "layer_weights", int(curve.steps[0]), int(curve.steps[0]), "share of the layers that begin at 0", share, 0.0, 20.0, curve.tag
        )


def by_activations(layer_activations):
    """Activations that begin far from a spread of 1."""
    spreads = [float(s.values[0]) for s in layer_activity.long_enough(layer_activations).values()]
    if spreads:
        odd = max(spreads) > USUAL[1] or max(spreads) < USUAL[0]
        worst = max(spreads)
        fact = "largest spread of a layer's activations at the first look"
        yield Evidence("layer_activations", 0, 0, fact, worst, USUAL[odd and worst > 1], 10.0 if odd else -6.0)


def looked_at(looks):
    ratio, size = at_start(looks, "loss") / at_start(looks, "ignorant_loss"), at_start(looks, "largest_feature", 1.0)
    usual = 0.01 < size < 50
    weight = -20.0 if ratio < 1 else 8.0 if usual and "classes" in looks else 0.0 if usual else -6.0
    yield sanity_evidence(looks, "loss", "starting loss over that of knowing nothing", ratio, weight=weight)


def changes(run, finding):
    yield Change(
        "initialization", to="He", why="keeps activations and gradients at one scale from layer to layer (Xavier before tanh or sigmoid)"
    )


BAD = {
    "weights that begin at 0": dict(
        train_loss=flat(2.3) * noise(0.01),
        layer_weights={"a": every(10, flat(0.0)), "b": every(10, flat(0.0)), "c": every(10, flat(0.1) * noise(0.1))},
    ),
    "logits of size 30": look(26.0, 2.303, 10, largest_feature=1.2),
    "NaN before the first step": dict(train_loss=flat(np.nan)),
}
GOOD = {
    "NaN in every epoch's mean": dict(train_loss=every(4, flat(np.nan)), val_loss=every(4, flat(np.nan)), val_accuracy=every(4, flat(0.1))),
    "raw targets around 2000": look(4e6, 100.0),
    "starts at ln 10 and is flat": dict(train_loss=flat(2.3) * noise(0.01)),
    "learned, then exploded": dict(train_loss=np.where(T < 0.5, fall(), np.nan)),
}
