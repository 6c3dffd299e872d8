"""The loss fell at first and then stayed flat, far too high, for almost the whole run.

What it means
    What was easy to learn (the average of the targets, the class frequencies) was learned at once, and nothing since. A loss that settles
    low, or that approached its level gradually, has converged: that is not this problem.

How it is detected
    The loss lost no more than `fall` of its starting value (or ended, as the validation loss did, within `chance` of the loss of guessing
    among 2 to 10 classes), was within a twentieth of that fall of its final level after `settled` of the run, and did not fall
    significantly (`sigmas` standard errors) in the second half, or rose in it. A flat curve alone is a note, unless a second signal agrees
    (guessing, accuracy that gained nothing, a rate above the usual, at all or in so many steps, or gone early, a loss that rises). A loss
    that fell further and settled is a note: within `settled` of the run, or half of it at a rate that stayed as high as it was; a warning
    where the model has next to no units, or the area under its ROC curve is that of guessing. Or a schedule took the rate to nothing while
    the loss was still falling, or for nearly all of a run that had not learned all. Or the loss made no progress in the second half at a
    rate far above the usual. Of a log that begins late: it is one number to its last digit.

References
    The guide, Problem 4: Model Not Learning (Loss Stuck).
"""

import numpy as np

from advisor.anchors.guessing import ended_at_a_guess
from advisor.anchors.scores import nothing_gained, ranks_nothing
from advisor.anchors.standing_still import same_number
from advisor.anchors.validation_stands_still import stopped_moving
from advisor.curves import T, every, fall, flat, line, noise, rise, step_to
from advisor.evidence.learning_rate import distance, when_rate_vanished
from advisor.evidence.rates.for_its_length import above_the_usual
from advisor.evidence.rates.held_up import FAST, FAST_LATE, held_up
from advisor.evidence.settling import GONE, WIDE, no_rate, stalled, stayed, tiny
from advisor.finding import Evidence, Finding, confidence
from advisor.statistics.curve_shape import level, shape
from advisor.wording import percent

HARDLY, SIGMAS = 0.05, 3.0  # of the fall, and standard errors: less is no progress in the second half
MOSTLY = 0.7  # of the run without a learning rate: so much training is lost, whatever was learned before
LITTLE = 0.05  # of its start: a loss that is lower has learned nearly all there is
NOTHING = 1e-6  # of its start: there is no less to learn
OF_A_FALL = AT_FULL_RATE = OF_THE_WHOLE = True


def check(
    train_loss, val_loss=None, val_accuracy=None, lr=None, hparams=None, coverage=None, task=None, epoch=None,
    *, fall=0.45, settled=0.1, sigmas=3.0, learned=0.03, chance=0.02,
):  # fmt: skip
    late = coverage is not None and coverage.begins is False  # so that nobody knows what was learned before
    if late and (still := same_number(train_loss)):
        yield still
    s = shape(train_loss)
    rate_gone = (when_rate_vanished(lr) or (0, 0.0))[1] > 1 - MOSTLY
    if not rate_gone and (still := stopped_moving(val_loss, val_accuracy)) is not None:
        yield still
        return
    if lr is not None and (frozen := froze(train_loss, lr, s)):
        yield frozen
        return
    guess = list(ended_at_a_guess(s, val_loss, chance))
    flat = (s.settled <= settled or stalled(train_loss, s)) and s.late_sigma < sigmas
    fast = distance(lr, hparams, task) > FAST and abs(s.late) < FAST_LATE and s.late_sigma < sigmas and s.noise > WIDE * abs(s.end.value)
    flat = flat or fast
    rising = -0.5 < s.late < -learned and s.late_sigma < -sigmas
    little = learned < s.fall <= (1.0 if guess else 0.6 if fast else fall + 0.05 if distance(lr, hparams, task) > 0 else fall)
    if s.points < 20 or s.end.below(s.start) <= sigmas:
        return
    if not (flat or rising) or not little:
        held = None if late else held_up(train_loss, lr, hparams, task, sigmas, learned)
        yield from settled_at(train_loss, val_accuracy, lr, hparams, s, flat) if held is None else (held,)
        return
    since = s.best_step if rising else int(s.first_step + s.settled * (s.last_step - s.first_step))
    share = (s.last_step - since) / max(s.last_step - s.first_step, 1)
    above = above_the_usual(train_loss, val_loss, epoch, lr, hparams, task)
    of_all = () if late else (*nothing_gained(val_accuracy), *above)
    second = [*guess, *of_all, *no_rate(lr), *tiny(hparams)]
    yield Finding(
        f"Training loss fell {percent(s.fall)}, from {s.start.value:.3g} to {s.end.value:.3g}, "
        f"and has {'risen' if rising else 'been flat'} since step {since} ({percent(share)} of the run).",
        (
            Evidence("train_loss", since, s.last_step, "share of the run without progress", share, None if rising else 1 - settled),
            Evidence("train_loss", s.first_step, s.last_step, "fall as a share of the start", s.fall, fall),
            *second,
        ),
        level="warning" if second or rising else "note",
        confidence=0.9 if guess else confidence(fall, s.fall),
    )


def settled_at(train_loss, val_accuracy, lr, hparams, s, early):
    """A loss that settled, early or at a rate that stayed high: a note; a warning where there was no rate or the model is tiny."""
    if not early and not (abs(s.late) < HARDLY and abs(s.late_sigma) < SIGMAS and (lr is None or stayed(lr))):
        return
    soon = level(train_loss, 0.02, 0.06).value  # a start far too high is no measure of what was learned
    if s.fall <= LITTLE or s.end.value <= NOTHING * s.start.value or (s.end.value <= LITTLE * s.start.value and s.end.value <= 0.5 * soon):
        return
    second = [*(e for e in no_rate(lr) if e.value >= MOSTLY), *tiny(hparams), *ranks_nothing(val_accuracy)]
    whole = max(s.last_step - s.first_step, 1)
    share = (s.last_step - (since := int(s.first_step + min(s.settled, 0.5) * whole))) / whole
    yield Finding(
        f"Training loss fell {percent(s.fall)}, from {s.start.value:.3g} to {s.end.value:.3g}, and has been flat since step {since} "
        f"({percent(share)} of the run): what is left may be noise, or something holds the model there.",
        (Evidence("train_loss", since, s.last_step, "share of the run without progress", share, 0.5), *second),
        level="warning" if second else "note",
        confidence=0.8,
    )


def froze(train_loss, lr, s):
    """The loss was still falling when the learning rate reached nothing, long before the end."""
    gone, without = when_rate_vanished(lr) or (0, 0.0)
    share = (gone - s.first_step) / max(s.last_step - s.first_step, 1)
    if without <= GONE or share <= 0.02:
        return None
    before, at = level(train_loss, share / 2, share * 0.6), level(train_loss, share * 0.9, share)
    rate = (before.value - at.value) / max(s.start.value - at.value, 1e-300)
    if at.below(before) < 3 or rate < 0.03:
        return None
    left = lr.finite().between(gone + 1).values.max()
    return Finding(
        f"Training loss stopped falling at {s.end.value:.3g} when the learning rate reached {left:.2g} after step {gone}; "
        f"the {percent(1 - share)} of the run after that trained nothing.",
        (
            *no_rate(lr),
            Evidence("train_loss", s.first_step, gone, "share of the fall made just before", rate, 0.03),
        ),
        confidence=0.9,
    )


IN_NATS = ("guesses among three classes",)  # examples whose verdict rests on the unit of the loss
HIGH = dict(lr=1.0, optimizer="Adam")
LONG = dict(lr=0.04, optimizer="SGD", momentum=0.9, max_steps=40_000)
BAD = {
    "one step down, then flat, at a high rate": dict(train_loss=fall(start=3.5, end=2.0, rate=300) * noise(0.01), hparams=HIGH),
    "one step down, then flat, and nothing else known": dict(train_loss=fall(start=3.5, end=2.0, rate=300) * noise(0.01)),
    "accuracy gains nothing": dict(
        train_loss=fall(start=180, end=120, rate=200) * noise(0.01), val_accuracy=every(10, flat(0.1) * noise(0.02))
    ),
    "one step down, then flat, at a rate that is high for forty thousand steps": dict(
        train_loss=fall(start=4.6, end=3.7, rate=300) * noise(0.03), hparams=LONG
    ),
    "settles within a tenth of the run": dict(train_loss=fall(start=3.5, end=2.3, rate=50) * noise(0.01, seed=3), hparams=HIGH),
    "a small step": dict(train_loss=fall(start=2.5, end=2.35, rate=300) * noise(0.003)),
    "guesses among three classes": dict(
        train_loss=fall(start=17, end=1.098, rate=900) * noise(0.01), val_loss=every(10, flat(1.1) * noise(0.002))
    ),
    "settled at a constant rate": dict(train_loss=fall(start=2.3, end=0.5, rate=12) * noise(0.02), lr=flat(1e-3)),
    "two units a layer": dict(train_loss=fall(start=2.3, end=0.9, rate=12) * noise(0.02), hparams=dict(hidden_size=2)),
    "hardly any of the run had a learning rate": dict(
        train_loss=fall(start=2.3, end=0.5, rate=60) * noise(0.02), lr=np.where(T < 0.1, 0.1 * (1 - 10 * T), 0.0)
    ),
    "falls a little, then rises": dict(train_loss=(fall(start=3.5, end=2.0, rate=40) + rise(0.4, after=0.1)) * noise(0.01)),
    "flat, and the schedule ended early": dict(
        train_loss=fall(start=4.4, end=2.8, rate=80) * noise(0.01), lr=np.where(T < 0.2, 0.1, 1e-6) * np.ones(200)
    ),
    "stood still until the rate fell, from far too high": dict(
        train_loss=(fall(start=2.1, end=1.2, rate=120) - rise(0.3)) * noise(0.05, seed=1), lr=0.3 * (1 - T), hparams=dict(optimizer="Adam")
    ),
    "the schedule ended too early": dict(
        train_loss=np.where(T < 0.25, line(2.3, -1.7), 1.3) * noise(0.01), lr=np.where(T < 0.25, 0.1 * (1 - 4 * T), 0.0)
    ),
}
GOOD = {
    "converged low": dict(train_loss=fall(start=2.3, end=0.1, rate=60) * noise(0.05)),
    "learned at once, and nothing left": dict(train_loss=fall(start=1.6, end=1e-7, rate=900) * noise(0.02), lr=flat(1e-1)),
    "converged low, at a number that is no guess": dict(
        train_loss=fall(start=25, end=0.9, rate=40) * noise(0.01), val_loss=every(10, flat(0.92) * noise(0.002))
    ),
    "still falling": dict(train_loss=fall(start=2.3, end=1.4, rate=2) * noise(0.01)),
    "settled gradually, under a schedule": dict(train_loss=fall(start=2.3, end=1.5, rate=12) * noise(0.02), lr=0.1 * (1 - T)),
    "fell by next to nothing": dict(train_loss=fall(start=2.33, end=2.3, rate=900) * noise(0.0005)),
    "never fell": dict(train_loss=flat(2.3) * noise(0.01)),
    "the schedule ended when all was learned": dict(
        train_loss=fall(start=2.3, end=0.1, rate=60) * noise(0.02), lr=np.where(T < 0.4, 0.1 * (1 - 2.5 * T), 0.0)
    ),
    "stood still until the rate fell, from the usual": dict(
        train_loss=(fall(start=2.1, end=1.2, rate=120) - rise(0.3)) * noise(0.05, seed=1), lr=1e-3 * (1 - T), hparams=dict(optimizer="Adam")
    ),
    "the schedule ends with the run": dict(train_loss=fall() * noise(0.02), lr=0.1 * (1 - T)),
    "a jump down late": dict(train_loss=step_to(2.3, 1.5, 0.5) * noise(0.01)),
}
