"""Layers of the model do not learn: no gradient, no update or no signal reaches them.

What it means
    What a layer computes stays as it was initialized, and the layers behind it have to do with that. A loss that falls all the same may
    hide it: the last layers learn what they can alone.

How it is detected
    For the whole second half of what was logged, and not because the learning rate was gone: the gradient or the update of a layer is
    exactly 0, nearly all of its units answer 0, or its weights keep their size to the last digit; or from the beginning to the end the
    first layer's gradient is `vanished` of the largest layer's or less. It is a warning where the loss has settled, as it does when
    only some layers learn: lost no more than `fall` of its start, or was within a twentieth of its end after `settled` of the run.
    Weights that never change in a loss that falls on are a note: in fine-tuning that is done on purpose.

References
    The guide, Problem 4: Model Not Learning; Problem 1, cause 4: vanishing gradients.
    Amazon SageMaker Debugger's built-in rules DeadRelu, UnchangedTensor and VanishingGradient.
"""

import numpy as np

from advisor.curves import every, fall, flat, line, noise, step_to
from advisor.evidence.learning_rate import when_rate_vanished
from advisor.finding import Evidence, Finding
from advisor.statistics import layer_activity
from advisor.statistics.curve_shape import CannotTell, level, shape
from advisor.wording import first_few, percent

GONE = 0.3  # of the run without a learning rate: then nothing moves


def check(
    train_loss, layer_grad_norms=None, layer_updates=None, layer_zeros=None, layer_weights=None, grad_norm=None, update_ratio=None,
    lr=None, *, vanished=3e-4, fall=0.3, settled=0.35,
):  # fmt: skip
    if all(s is None for s in (layer_grad_norms, layer_updates, layer_zeros, layer_weights, grad_norm, update_ratio)):
        raise CannotTell("nothing was logged of the layers: no gradient norms, updates, weights or shares of zeros")
    if len(train_loss) and not np.isfinite(train_loss.values[-1]):
        return  # exploding-loss says what there is to say
    s = shape(train_loss)
    soon = level(train_loss, 0.02, 0.06).value  # a start far too high is no measure of what was learned
    if (s.end.value <= 0.02 * s.start.value and s.end.value <= 0.5 * soon) or (when_rate_vanished(lr) or (0, 0.0))[1] >= GONE:
        return  # all is learned: there is nothing to pass back
    found = [
        *exact(layer_grad_norms, layer_updates, layer_zeros, layer_weights),
        *whole(grad_norm, update_ratio),
        *gone(layer_grad_norms, vanished),
    ]
    if not found:
        return
    stuck = min(s.fall, 1 - s.end.value / max(soon, 1e-300)) <= fall or (s.settled <= settled and s.late_sigma < 4)
    worst, told = found[0]
    yield Finding(
        f"{told}, while the training loss went from {s.start.value:.3g} to {s.end.value:.3g}.",
        tuple(evidence for evidence, _ in found),
        level="warning" if stuck or (worst.signal in ("layer_grad_norms", "grad_norm", "layer_zeros") and s.fall < 0.9) else "note",
        confidence=0.9 if stuck else 0.75,
    )


def exact(layer_grad_norms, layer_updates, layer_zeros, layer_weights):
    """Each quantity that is exactly so for some layers, with the sentence that tells it."""
    for signal, seen, what in (
        ("layer_grad_norms", layer_activity.without_gradient(layer_grad_norms), "has had a gradient of exactly 0"),
        ("layer_zeros", layer_activity.silent(layer_zeros), "has answered 0 to everything"),
        ("layer_updates", layer_activity.without_gradient(layer_updates), "has not been updated"),
        ("layer_weights", layer_activity.unmoved(layer_weights), "has kept its weights"),
    ):
        if seen is not None:
            told = f"{len(seen.layers)} of {seen.of} layers ({first_few(seen.layers, 3)}) {what} from step {seen.first} to {seen.last}"
            told = told.replace(" has ", " have ", 1) if len(seen.layers) > 1 else told
            yield Evidence(signal, seen.first, seen.last, f"share of the layers: {what}", seen.share, 0.0, tag=seen.tag), told


def whole(grad_norm, update_ratio):
    """The norm of the whole gradient, or of the whole update, is exactly 0."""
    for signal, curve, what in (("grad_norm", grad_norm, "the gradient"), ("update_ratio", update_ratio, "the update of the weights")):
        if curve is None or len(s := curve.finite()) < layer_activity.LOOKS or s.values[len(s) // 2 :].any():
            continue
        zero = int(np.argmax(np.cumsum(s.values[::-1])[::-1] == 0))
        first, last = int(s.steps[zero]), int(s.steps[-1])
        yield (
            Evidence(signal, first, last, "points at which it is exactly 0", float(len(s) - zero), 0.0),
            (f"{what[0].upper()}{what[1:]} was exactly 0 from step {first} to {last}"),
        )


def gone(layer_grad_norms, vanished):
    """The first layer's gradient is next to nothing beside the largest layer's, early and late."""
    early, late = layer_activity.ratio(layer_grad_norms), layer_activity.ratio(layer_grad_norms, early=False)
    if early is None or late is None or not 0 < max(early[0], late[0]) <= vanished:
        return
    curve = early[1]
    first, last = int(curve.steps[0]), int(curve.steps[-1])
    value = max(early[0], late[0])
    told = f"From step {first} to {last} the first layer's gradient was {percent(value)} of the largest layer's"
    yield (
        Evidence("layer_grad_norms", first, last, "gradient of the first layer over the largest layer's", value, vanished, tag=curve.tag),
        told,
    )


STUCK = dict(train_loss=fall(start=3.0, end=1.3, rate=60) * noise(0.01))
LAYERS = {"0": flat(0.5) * noise(0.1), "1": flat(0.4) * noise(0.1), "2": flat(0.3) * noise(0.1)}
BAD = {
    "a layer without a gradient": STUCK | dict(layer_grad_norms=LAYERS | {"0": flat(0.0)}),
    "killed by the first steps": STUCK | dict(layer_grad_norms=LAYERS | {"1": step_to(1.0, 0.0, 0.05)}),
    "units that answer 0": STUCK | dict(layer_zeros={"1": every(5, flat(1.0)), "2": every(5, flat(0.4))}),
    "weights that stay": STUCK | dict(layer_weights={"a": every(10, flat(0.1)), "b": every(10, line(0.2, 0.3))}),
    "no update": dict(train_loss=flat(2.3) * noise(0.01), update_ratio=every(5, flat(0.0))),
    "a gradient that vanishes on its way": STUCK | dict(layer_grad_norms=LAYERS | {"0": flat(1e-5) * noise(0.1)}),
    "learned a little, then settled": dict(
        train_loss=fall(start=3.0, end=1.0, rate=10) * noise(0.01), layer_zeros={"1": every(5, flat(1.0)), "2": every(5, flat(0.4))}
    ),
    "still falls, with a frozen backbone": dict(
        train_loss=fall(end=0.4, rate=3) * noise(0.02), layer_weights={"a": every(10, flat(0.1)), "b": every(10, line(0.2, 0.3))}
    ),
    "fell for half of the run, in noise, with a frozen backbone": dict(
        train_loss=fall(end=0.8, rate=6) * noise(0.15), layer_weights={"a": every(10, flat(0.1)), "b": every(10, line(0.2, 0.3))}
    ),
    "settled at a third of the run, with a frozen backbone": dict(
        train_loss=fall(start=3.0, end=1.0, rate=12) * noise(0.01),
        layer_weights={"a": every(10, flat(0.1)), "b": every(10, line(0.2, 0.3))},
    ),
    "falls by a fifth, slowly": dict(
        train_loss=line(2.3, 1.9) * noise(0.01), layer_weights={"a": every(9, flat(0.1)), "b": every(9, line(1, 2))}
    ),
}
GOOD = {
    "even layers": STUCK | dict(layer_grad_norms=LAYERS),
    "small, but not gone": STUCK | dict(layer_grad_norms=LAYERS | {"0": flat(1e-3) * noise(0.1)}),
    "0 now and then": STUCK | dict(layer_grad_norms=LAYERS | {"0": (np.arange(200) % 7 > 1) * 1.0}),
    "the schedule ended": STUCK | dict(lr=step_to(0.1, 0.0, 0.3), layer_updates={k: step_to(1e-3, 0.0, 0.3) for k in "ab"}),
    "all is learned": dict(train_loss=fall(end=0.0, rate=30), layer_grad_norms={k: step_to(1.0, 0.0, 0.5) for k in "abc"}),
}
