"""The learning rate is too high.

What it means
    Each step overshoots: it lands where the loss is higher than before. Beyond a limit set by the curvature
    of the loss nothing converges, whatever else is right.

How it is weighed
    For: the loss rose above its start within the first tenth; it moved at once and has been stuck since; the rate lies above what its
    optimizer is usually given, at all or in so many steps; a step moved the weights by more than is usual; a sibling run learned at a
    lower one; it climbs on and on from its lowest; its gradient fell to next to nothing and nothing had been learned; validation swings
    at a rate that no task uses.
    Against: a slow, steady fall of the training loss or the validation loss, a rate below the usual, and a gradient that was far above the
    loss before any step was taken.

What to change
    lr, to the best sibling's, and beyond it where that learned little and was the last that was tried; else to what the optimizer usually
    wants in so many steps, and to a tenth of today's at least (advisor/evidence/learning_rate_change.py); a probe finds the exact edge.
    Nothing where the loss was no number from the first point on at a rate that is usual of an adaptive optimizer.

References
    The guide, Problem 1, cause 1.
    Cohen et al., Gradient Descent on Neural Networks Typically Occurs at the Edge of Stability (2021). arXiv:2103.00065
"""

import numpy as np

from advisor.curves import T, every, fall, flat, line, nan_after, noise, rise
from advisor.evidence.first_gradient import steep
from advisor.evidence.learning_rate import creeping_validation_evidence, update_size_evidence
from advisor.evidence.learning_rate_change import rate_changes
from advisor.evidence.rates.for_its_length import rate_evidence
from advisor.evidence.siblings import evidence
from advisor.evidence.steps_too_large import climbing, mended_by_a_lower_rate, pushed_away, still_scores, stuck_to_the_digit, swings
from advisor.finding import Evidence
from advisor.statistics import layer_activity
from advisor.statistics.curve_shape import ENOUGH, shape
from advisor.statistics.noise import noise as noise_of
from advisor.statistics.onset import sudden, was_calm

EXPLAINS = (
    *("exploding-loss", "loss-not-decreasing", "loss-plateau", "unstable-loss", "hidden-nan", "one-class", "idle-layers"),
    "underfitting",
)
PRIOR = {
    "exploding-loss": 2.0, "loss-not-decreasing": 2.0, "loss-plateau": 2.0, "unstable-loss": 2.0, "hidden-nan": 2.0, "one-class": 2.0,
    "idle-layers": -6.0, "underfitting": -12.0,
}  # fmt: skip


def weigh(
    finding, train_loss, val_loss=None, val_accuracy=None, lr=None, hparams=None, siblings=None, update_ratio=None, grad_norm=None,
    layer_grad_norms=None, task=None, epoch=None,
):  # fmt: skip
    yield from steep(train_loss, grad_norm, layer_grad_norms, hparams, -6.0)
    yield from rate_evidence(train_loss, val_loss, epoch, lr, hparams, +1, task)
    yield from update_size_evidence(update_ratio, +1)
    yield from evidence(train_loss, lr, hparams, siblings, +1)
    yield from creeping_validation_evidence(train_loss, val_loss, -1)
    if (dead := layer_activity.without_gradient(layer_grad_norms)) is not None:
        fact = "layers had no gradient from the first step on, of" if dead.at_once else "layers lost their gradient, at step"
        yield Evidence(
            "layer_grad_norms", dead.first, dead.last, fact, dead.of if dead.at_once else dead.first, weight=-8.0 if dead.at_once else 6.0
        )
    first, last = int(train_loss.steps[0]), int(train_loss.steps[-1])
    head = train_loss.finite().between(first, first + 0.1 * (last - first))
    start = train_loss.values[0]
    if finding.problem == "exploding-loss":
        yield when(finding.evidence[0].first_step, first, last, train_loss.begins_trained)
        yield from calm(train_loss, finding.evidence[0].first_step)
        yield from mended_by_a_lower_rate(train_loss, lr)
        yield from still_scores(train_loss, val_accuracy, finding.evidence[0].first_step)
    if len(head) > 1 and start > 0 and head.values.max() > 1.02 * start + 4 * noise_of(head.values) and finding.problem != "unstable-loss":
        yield Evidence(
            "train_loss",
            first,
            int(head.steps[head.values.argmax()]),
            "rose above its start at once, times",
            float(head.values.max() / start),
            1.02,
            6.0,
        )
    if len(train_loss.finite()) >= ENOUGH:
        yield from rose_with_validation(train_loss, val_loss)
        yield from pushed_away(train_loss, grad_norm)
        yield from swings(finding, train_loss)
        yield from stuck_to_the_digit(train_loss, 9.0)
        climbs = climbing(train_loss, lr) if finding.problem == "exploding-loss" else None
        healed = bool(np.isfinite(train_loss.values[-1])) and not of_validation(finding)  # there training may have learned all the same
        yield from by_shape(shape(train_loss), healed) if climbs is None else (climbs,)


def of_validation(finding):
    """Whether it is validation that swings."""
    return finding.problem == "unstable-loss" and finding.evidence[0].signal.startswith("val_")


def when(onset, first, last, begun):
    """A rate that is too high is so from the first steps on; but a loss lost before any step was taken is not its doing."""
    untrained, early = onset == first and not begun, onset - first <= 0.1 * max(last - first, 1)
    fact = "lost at the first point" if untrained else "diverged in the first tenth, at step" if early else "diverged later, at step"
    return Evidence("train_loss", first, onset, fact, float(onset), weight=-2.0 if untrained else 4.0 if early else 1.0)


def calm(train_loss, onset):
    """A loss that jumps or becomes NaN in mid-fall, with nothing before it, is seldom the doing of a rate that was borne until then."""
    first, last = int(train_loss.steps[0]), int(train_loss.steps[-1])
    if onset - first > 0.1 * (last - first) and not np.isfinite(train_loss.values[-1]) and was_calm(train_loss, onset - 1):
        yield Evidence("train_loss", first, onset, "lost out of a calm loss, at step", float(onset), weight=-3.0)
    elif np.isfinite(train_loss.values[-1]) and (at := sudden(train_loss)) is not None:
        yield Evidence("train_loss", at, last, "jumped in one point, out of calm, at step", float(at), weight=-6.0)


def rose_with_validation(train_loss, val_loss):
    """Both losses ended above where they began: that is no overfitting, each step landed higher."""
    s = shape(train_loss)
    if val_loss is None or len(v := val_loss.finite().values) < 4 or v[0] <= 0 or s.fall > 0 or not np.isfinite(val_loss.values[-1]):
        return
    times = float(np.median(v[-max(3, len(v) // 5) :]) / v[0])
    if times > 1.05:
        fact = "validation loss ended above its start too, times"
        yield Evidence("val_loss", int(val_loss.steps[0]), int(val_loss.steps[-1]), fact, times, 1.05, 6.0)


def by_shape(s, healed):
    if healed and s.fall > 0.5:
        yield Evidence("train_loss", s.first_step, s.last_step, "learned all the same: share of the start lost", s.fall, 0.5, -6.0)
    elif s.fall > 0 and s.late_sigma < -4:
        yield Evidence(
            "train_loss", s.best_step, s.last_step, "rises in the second half: level over its best", s.end.value / s.best.value, 1.0, 6.0
        )
    elif s.late_sigma > 4 and s.late > 0.2 and s.fall > 0:
        yield Evidence("train_loss", s.first_step, s.last_step, "still falls steadily: share of the fall made late", s.late, 0.2, -12.0)
    elif s.settled <= 0.05 and abs(s.start.value - s.end.value) > 5 * s.end.error + 2 * s.noise:
        yield Evidence(
            "train_loss", s.first_step, s.last_step, "moved at once, then stuck; flat after this share of the run", s.settled, 0.05, 5.0
        )


def changes(run, finding):
    yield from rate_changes(run, -1, "a rate that is too high makes each step overshoot", finding)


BAD = {
    "rose until the rate was halved": dict(
        train_loss=np.where(T < 0.3, 0.2 + 2.0 * T, 0.1 + 0.7 * np.exp(-8 * (T - 0.3))) * noise(0.05), lr=np.where(T < 0.3, 1e-3, 5e-4)
    ),
    "NaN at once, rate far above the usual": dict(train_loss=fall() * nan_after(0.03), hparams=dict(lr=10.0, optimizer="SGD")),
    "jumps above its start": dict(train_loss=2.3 + 20 * np.exp(-8 * T) * (T > 0) * noise(0.05)),
    "climbs on and on from its lowest": dict(train_loss=fall(start=2.6, end=0.05, rate=6) + rise(0.5, after=0.65)),
    "fell at once, then swings by as much": dict(train_loss=0.65 * noise(0.35, seed=1) + 0.7 * np.exp(-300 * T)),
    "pushed to where every answer is the same": dict(
        train_loss=flat(1.0) * noise(0.03),
        grad_norm=fall(start=5.0, end=0.003, rate=60) * noise(0.3),
        hparams=dict(lr=3e-4, optimizer="AdamW"),
    ),
    "stuck at the average from the first point on": dict(
        train_loss=fall(start=2.33, end=2.3, rate=900) * noise(0.002), hparams=dict(lr=1.0, optimizer="Adam")
    ),
}
GOOD = {
    "the loss is NaN, and the score still rises": dict(
        train_loss=flat(np.nan),
        val_accuracy=every(10, line(0.27, 0.36)),
        hparams=dict(lr=5e-6, adam_epsilon=1e-6, model_name_or_path="roberta"),
    ),
    "a slow, steady fall": dict(train_loss=fall(start=2.3, end=1.3, rate=1.2) * noise(0.01), hparams=dict(lr=1e-5, optimizer="Adam")),
    "flat, and the rate is tiny": dict(train_loss=flat(2.3) * noise(0.01), hparams=dict(lr=1e-7, optimizer="Adam")),
    "gradients exploded first": dict(
        train_loss=(fall() + rise(40, after=0.7)) * noise(0.05),
        grad_norm=(1 + rise(900, after=0.5)) * noise(0.1),
        hparams=dict(lr=1e-3, optimizer="Adam"),
    ),
}
