"""The labels do not belong to the inputs.

What it means
    Shuffled, shifted or mis-encoded labels leave nothing to learn but how often each occurs; a model that is large enough then learns the
    examples by heart.

How it is weighed
    For: the weights move as usual and the learning rate is a usual one, and still the loss does not fall, or only the training loss
    does while the validation loss never fell; a validation loss far below the training loss, by more than that still falls, although
    nothing holds training back (its labels are right, those of training are not);
    a training loss that came to nothing while no box or mask was ever found in validation;
    the very same input has several targets. Against: a
    validation loss that fell; steps that move nothing; a rate or an input far from the usual.

What to change
    labels: nothing in the hyperparameters. Look at twenty examples with their labels, and try to overfit one batch.

References
    The guide, Problem 4, solution 1: verify label format.
    Zhang et al., Understanding Deep Learning Requires Rethinking Generalization (2017). arXiv:1611.03530
"""

import re

import numpy as np

from advisor.curves import T, every, fall, flat, line, logged, noise
from advisor.evidence.learning_rate import UPDATES, distance, peak_lr, typical_update, when_rate_vanished
from advisor.evidence.sanity_facts import at_start, sanity_evidence
from advisor.finding import Change, Evidence
from advisor.problems.cannot_overfit_one_batch import tried
from advisor.signals.hparams import as_number
from advisor.signals.tags import spelled
from advisor.statistics import layer_activity
from advisor.statistics.curve_shape import ENOUGH, shape
from advisor.statistics.noise import smooth

EXPLAINS = (
    "loss-plateau",
    "loss-not-decreasing",
    "overfitting",
    "slow-convergence",
    "underfitting",
    "validation-better-than-training",
    "cannot-overfit-one-batch",
)
PRIOR = {
    "loss-plateau": -8.0, "loss-not-decreasing": -6.0, "overfitting": -10.0, "slow-convergence": -10.0, "underfitting": -8.0,
    "validation-better-than-training": -10.0, "cannot-overfit-one-batch": -4.0,
}  # fmt: skip
NEVER = 0.05  # of its start: a validation loss that fell no further learned nothing that holds for new data
BETTER = 0.1  # of the training loss
MANY = 0.2
OVERLAPS, MISSED, LEARNED = re.compile(r"_m?ap\d*_|_m?ap_?(?:50|75|0_5)|_m?iou_|_dice_"), 0.05, 0.9  # scores of what overlaps; shares


def weigh(
    finding,
    train_loss=None,
    val_loss=None,
    val_accuracy=None,
    grad_norm=None,
    layer_grad_norms=None,
    update_ratio=None,
    lr=None,
    hparams=None,
    sanity_check=None,
):
    share = at_start(sanity_check or {}, "contradicting_targets")
    if finding.problem == "cannot-overfit-one-batch":
        if share >= 0:
            fact = "share of the examples whose very input has another target too"
            yield sanity_evidence(sanity_check, "contradicting_targets", fact, share, MANY, 16.0 if share > MANY else -4.0)
        return
    if train_loss is None or len(train_loss.finite()) < ENOUGH or not np.isfinite(train_loss.values[-1]):
        return
    s = shape(train_loss)
    stuck = s.fall < 0.1
    yield from nothing_found(s, val_accuracy)
    if (gone := (when_rate_vanished(lr) or (0, 0.0))[1]) > 0.3:
        yield Evidence("lr", s.first_step, s.last_step, "share of the run without a learning rate", gone, weight=-8.0)
    elif stuck:
        yield from moving(s, grad_norm, layer_grad_norms, update_ratio, lr, hparams)
    if val_loss is not None and len(v := val_loss.finite()) >= ENOUGH:
        untrained = v.steps[0] <= train_loss.steps[0] and len(train_loss) > 2 * len(v)  # else the first evaluation had learned already
        yield from on_new_data(s, smooth(v), hparams, bool(untrained))


def nothing_found(s, score):
    """A loss that came to nothing while no box and no mask ever met one of the validation set: the targets are empty, or elsewhere."""
    if score is None or not OVERLAPS.search(spelled(score.tag)) or len(v := score.finite().values) < ENOUGH or s.fall < LEARNED:
        return
    best = float(v.max() / (100 if v.max() > 1 else 1))
    if best < MISSED:
        fact = "highest score of boxes or masks, although the training loss came to nothing"
        yield Evidence("val_accuracy", s.first_step, s.last_step, fact, best, MISSED, 18.0)


def moving(s, grad_norm, layer_grad_norms, update_ratio, lr, hparams):
    """What speaks for a training that does all it should, and still learns nothing."""
    if (size := typical_update(update_ratio)) is not None:
        usual = UPDATES[0] <= size <= UPDATES[1]
        fact = (
            "a step moved the weights as usual, as a share of their size" if usual else "a step moved the weights, as a share of their size"
        )
        usual &= layer_activity.without_gradient(layer_grad_norms) is None
        yield Evidence("update_ratio", s.first_step, s.last_step, fact, size, weight=8.0 if usual else -6.0)
    elif grad_norm is not None and len(g := grad_norm.finite()) >= ENOUGH:
        kept = float(np.median(g.values[len(g) // 2 :]) / max(float(np.median(g.values[: 1 + len(g) // 5])), 1e-300))
        alive = kept > 0.3 and layer_activity.without_gradient(layer_grad_norms) is None
        fact = "gradient's norm late over early, while nothing is learned" if alive else "gradient's norm late over early"
        yield Evidence("grad_norm", int(g.steps[0]), int(g.steps[-1]), fact, kept, weight=5.0 if alive else -6.0)
    if (rate := peak_lr(lr, hparams)) is not None and hparams and not distance(lr, hparams):
        yield Evidence("lr", s.first_step, s.last_step, "a usual learning rate, and nothing is learned", rate, weight=4.0)


def on_new_data(s, v, hparams, untrained):
    """A validation loss that never fell although the other did, or that is lower than it although nothing is in training's way."""
    start, ended = float(v.values[0]), float(np.median(v.values[-3:]))
    fell = 1 - float(v.values.min()) / start if start > 0 else 0.0
    begin, last = int(v.steps[0]), int(v.steps[-1])
    if s.fall > 0.1:
        never = fell <= NEVER and untrained
        fact = "validation loss never fell although training loss did: its fall" if never else "validation loss fell by"
        yield Evidence("val_loss", begin, last, fact, fell, NEVER, 12.0 if never else -8.0 if fell > 0.3 and ended > s.end.value else 0.0)
    free = not (as_number(hparams, "dropout") or 0.0)
    pace = max(s.late * (s.start.value - s.end.value), 0.0) / 5  # the training loss is of a tenth of the run, and may still fall
    if s.end.value > 0 and ended < (1 - BETTER) * s.end.value - pace - 3 * s.end.error and hparams and "dropout" in hparams:
        fact = "validation loss lower, without dropout, by" if free else "validation loss lower, with dropout, by"
        yield Evidence("val_loss", begin, last, fact, 1 - ended / s.end.value, BETTER, 12.0 if free else -8.0)


def changes(run, finding):
    yield Change("labels", to="those of their inputs", why="no hyperparameter mends them: look at twenty examples with their labels first")


BAD = {
    "one input, many targets": tried(0.0, -0.1, 0.01, contradicting_targets=1.0),
    "moves as it should, and learns nothing": dict(
        train_loss=flat(2.3) * noise(0.01),
        val_loss=every(10, line(2.31, 2.33) * noise(0.002)),
        update_ratio=every(5, flat(3e-3) * noise(0.2)),
        hparams=dict(lr=1e-3, optimizer="Adam"),
    ),
    "learned by heart": dict(
        train_loss=fall(start=2.3, end=0.1, rate=4) * noise(0.05),
        val_loss=every(5, line(2.3, 5.0)),
        hparams=dict(lr=1e-3, optimizer="Adam"),
    ),
    "no box is in the label files": dict(
        train_loss=fall(start=110.0, end=0.03, rate=8),
        val_loss=every(5, fall(start=12.0, end=11.0, rate=200) + line(0, 3)),
        val_accuracy=logged("metrics/mAP50(B)", every(5, 0.004 * np.exp(-6 * T))),
    ),
    "lower where the labels are right": dict(
        train_loss=fall(start=2.3, end=2.1, rate=10) * noise(0.01),
        val_loss=every(10, fall(start=2.3, end=1.5, rate=10)),
        hparams=dict(lr=1e-3, optimizer="Adam", dropout=0.0, weight_decay=0.0),
    ),
}
GOOD = {
    "a layer is detached": tried(0.0, 0.01, contradicting_targets=0.0, **{"gradient/cut_off": 0.9}),
    "stuck at once": dict(train_loss=fall(start=3.5, end=2.3, rate=300) * noise(0.01)),
    "validation lower, for it comes last in a steep fall": dict(
        train_loss=line(2.3, 0.4) * noise(0.05),
        val_loss=every(5, line(2.3, 0.35)),
        hparams=dict(lr=1e-3, optimizer="Adam", dropout=0.0, weight_decay=0.0),
    ),
    "overfits after it had learned": dict(train_loss=fall(end=0.02), val_loss=every(5, fall(end=0.6) + 0.6 * np.linspace(0, 1, 200))),
}
