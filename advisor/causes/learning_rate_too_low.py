"""The learning rate is too low.

What it means
    Every step goes the right way and hardly anywhere. At small rates a curve depends on rate times steps
    alone: ten times the rate is ten times the training in the same time.

How it is weighed
    For: a steady fall that had hardly begun, with the half of it late; a validation loss that creeps down from
    one evaluation to the next; a rate below what its optimizer is usually given, at all or in so many steps; steps that move the weights
    by less than is usual. Against: any rise above the start, leaps out of the fall,
    a loss that came far, a rate above the usual, a run of few steps; and, where nothing tells the rate, that a loss creeps just so above
    the least that its data allow, or in numbers so large that any rate is small for them.

What to change
    lr, to the best sibling's, and beyond it where that learned little and was the last that was tried; else to what the optimizer usually
    wants in so many steps, or to where so slow a loss would be lost (advisor/evidence/learning_rate_change.py). At or above the usual no
    log tells how far to go on: a probe does.

References
    The guide, Problem 1, cause 2.
"""

import numpy as np

from advisor.curves import T, every, fall, flat, line, nan_after, noise
from advisor.evidence.learning_rate import creeping_validation_evidence, peak_lr, update_size_evidence
from advisor.evidence.learning_rate_change import rate_changes
from advisor.evidence.rates.for_its_length import rate_evidence
from advisor.evidence.siblings import evidence
from advisor.evidence.steps_too_large import stuck_to_the_digit
from advisor.finding import Evidence, setting
from advisor.statistics.curve_shape import ENOUGH, shape
from advisor.statistics.noise import noise as noise_of
from advisor.statistics.training_length import plan

EXPLAINS = ("slow-convergence", "loss-not-decreasing", "underfitting", "one-class", "loss-plateau")
MOVED, EARLY, STILL = 0.01, 0.3, 0.1  # of the start; of the run; of the fall: small steps are small all along
FAR = 0.5  # of the start
LEAP, LEAP_NOISE, EARLY_POINTS = 1.25, 8.0, 3  # times the lowest until then; of the curve's noise; points
TWICE = 4.0  # decibans: a training loss and a validation loss that creep are one thing seen twice
ENORMOUS, FLOOR = 1e6, 0.05  # units of the loss; of its start
CREEPING = ("slow-convergence", "loss-not-decreasing")
FEW = 120  # optimizer steps: too few for any rate
PRIOR = {"slow-convergence": 6.0, "loss-not-decreasing": -2.0, "underfitting": -3.0, "one-class": -4.0, "loss-plateau": -6.0}


def weigh(finding, train_loss, val_loss=None, epoch=None, lr=None, hparams=None, siblings=None, update_ratio=None, task=None):
    yield from rate_evidence(train_loss, val_loss, epoch, lr, hparams, -1, task)
    yield from update_size_evidence(update_ratio, -1)
    yield from evidence(train_loss, lr, hparams, siblings, -1)
    crept = [*creeping_validation_evidence(train_loss, val_loss, +1)]
    yield from crept
    if (updates := plan(train_loss, epoch, hparams).updates) is not None and updates <= FEW:
        yield setting("max_steps", updates, "few optimizer steps", -5.0)
    if len(train_loss.finite()) < ENOUGH:
        return
    s = shape(train_loss)
    if peak_lr(lr, hparams) is None:
        yield from may_be_no_rates_doing(train_loss, s, finding)
    yield from stuck_to_the_digit(train_loss, -9.0)
    if finding.problem == "underfitting" and s.fall > FAR:
        yield Evidence("train_loss", s.first_step, s.last_step, "has come far by such steps: share of the start lost", s.fall, FAR, -6.0)
    if finding.problem != "loss-not-decreasing":
        yield from leaps(train_loss)
    if s.peak > 1.1:
        yield Evidence("train_loss", s.first_step, s.last_step, "rose above its start, times", s.peak, 1.1, -12.0)
    if s.fall > MOVED and s.settled < EARLY and abs(s.late) < STILL:
        yield Evidence("train_loss", s.first_step, s.last_step, "moved, then stood still: share of the run it took", s.settled, EARLY, -8.0)
    if s.late_sigma > 4 and s.half > 0.12 and s.late > 0.2:
        yield Evidence(
            "train_loss",
            s.first_step,
            s.last_step,
            "share of the run that half of the fall took",
            s.half,
            0.12,
            3.0 if s.fall >= 0.5 else 8.0 - TWICE * any((e.weight or 0.0) > 0 for e in crept),
        )


def may_be_no_rates_doing(train_loss, s, finding):
    """What else makes a loss creep, where the rate itself was not logged."""
    if (begun := float(train_loss.finite().values[0])) > ENORMOUS:
        fact = "starts in numbers so large that steps of any usual rate are small"
        yield Evidence("train_loss", s.first_step, s.first_step, fact, begun, ENORMOUS, -8.0)
    elif finding.problem in CREEPING and s.fall < FLOOR:
        fact = "no rate was logged, and so near its start a loss may lie at the least its data allow: share lost"
        yield Evidence("train_loss", s.first_step, s.last_step, fact, s.fall, FLOOR, -4.0)


def leaps(train_loss):
    """A loss that leaps up again and again as it falls is at the edge of what its steps can be."""
    c = train_loss.finite()
    before = np.minimum.accumulate(c.values)[:-1]
    up = (c.values[1:] - before > LEAP_NOISE * noise_of(c.values)) & (c.values[1:] > LEAP * before) & (before > 0)
    if up[EARLY_POINTS:].any():
        at = int(c.steps[1:][EARLY_POINTS:][up[EARLY_POINTS:]][-1])
        fact = "leaps up out of its fall, the last at step"
        yield Evidence("train_loss", int(c.steps[0]), at, fact, float(at), weight=-8.0)


def changes(run, finding):
    yield from rate_changes(run, +1, "a rate that is too low makes steps too small", finding)


BAD = {
    "a straight, slow line": dict(train_loss=line(2.3, 2.1) * noise(0.01)),
    "a straight, slow line, rate known": dict(train_loss=line(2.3, 2.0) * noise(0.01), hparams=dict(lr=1e-5, optimizer="SGD")),
    "flat, and the rate is tiny": dict(train_loss=flat(2.3) * noise(0.01), hparams=dict(lr=1e-7, optimizer="Adam")),
}
GOOD = {
    "came far, leaps, and falls on": dict(
        train_loss=(line(0.7, 0.18) + 0.2 * np.exp(-40 * np.clip(T - 0.6, 0, None)) * (T >= 0.6)) * noise(0.01),
        val_loss=every(10, line(0.7, 0.17) * noise(0.02)),
    ),
    "flat, and the rate is huge": dict(
        train_loss=fall(start=2.33, end=2.3, rate=900) * noise(0.002), hparams=dict(lr=1.0, optimizer="Adam")
    ),
    "NaN": dict(train_loss=fall() * nan_after(0.5), hparams=dict(lr=1e-3, optimizer="Adam")),
}
