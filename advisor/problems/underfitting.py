"""The model does poorly on the training data and on the validation data alike.

What it means
    The run ended while both losses were still falling fast, or the model is held back from fitting what it
    sees: what is missing is training or freedom, not data.

How it is detected
    Both losses lost `far` or more of their start, and made `late` or more of their whole fall in the second half, beyond their noise by
    `sigmas` standard errors (of a training loss alone, `alone` or more); or the training loss ended after losing no more than `fall` of
    its start while the validation loss, with the regularization switched off, is lower by `below`.

References
    The guide, "Underfitting (Too Few Epochs)": poor performance on both training and test data; train longer.
"""

import numpy as np

from advisor.curves import every, fall, line, noise
from advisor.curves import fall as falling
from advisor.finding import Evidence, Finding, confidence
from advisor.statistics.curve_shape import level, shape
from advisor.statistics.training_length import plan
from advisor.wording import percent

AT_THE_END = True  # judges where a run ended: a healthy one shows it on the way
HARDLY, LITTLE = 0.05, 0.05  # of the fall; of the start
POINTS = 25  # fewer, of a training loss alone, are a beginning
VALIDATIONS = 5
OVERSHOT = 1.2  # a loss that rose above its start first has another problem
OF_A_FALL = True
FROM_THE_START = True


def check(train_loss, val_loss=None, epoch=None, hparams=None, *, late=0.16, sigmas=4.0, far=0.4, fall=0.6, below=0.1, alone=0.3, few=120):
    s = shape(train_loss)
    found = [*held_or_stopped(train_loss, val_loss, s, late, sigmas, far, fall, below, alone)]
    yield from found or short(s, plan(train_loss, epoch, hparams).updates, few, sigmas)


def short(s, updates, few, sigmas):
    """The run made next to no optimizer steps, and its loss has not all been learned."""
    if updates is None or updates > few or s.end.value <= LITTLE * s.start.value or s.peak >= OVERSHOT:
        return
    falling = s.late >= HARDLY and s.late_sigma >= sigmas
    yield Finding(
        f"Training made {updates:.0f} optimizer steps in all and ended at a loss of {s.end.value:.3g}, from {s.start.value:.3g}"
        + (f"; the second half still made {percent(s.late)} of the fall." if falling else "."),
        (
            Evidence("train_loss", s.first_step, s.last_step, "optimizer steps", updates, few),
            Evidence("train_loss", s.first_step, s.last_step, "share of the fall made in the second half", s.late, HARDLY),
        ),
        level="warning" if falling else "note",
        confidence=0.75,
    )


def held_or_stopped(train_loss, val_loss, s, late, sigmas, far, fall, below, alone):
    if val_loss is None:
        if s.points >= POINTS and s.late >= alone and s.late_sigma >= sigmas and s.fall > far and s.peak < OVERSHOT:
            yield stopped_early(s, None, 0.0, alone)
        return
    val = val_loss.finite()
    if len(val) < VALIDATIONS or s.fall <= 0.05:
        return
    gain, v = val_gain(val), level(val, 0.85, 1)
    under = 1 - v.value / s.end.value if s.end.value > 0 else 0.0
    if s.fall <= fall and under >= below and v.below(s.end) > sigmas:
        yield held_back(s, val, v.value, under, fall, below)
    elif min(gain, s.late) >= late and s.late_sigma >= sigmas and s.fall > far and s.peak < OVERSHOT:
        yield stopped_early(s, val, gain, late)


def stopped_early(s, val, gain, late):
    half = (s.first_step + s.last_step) // 2
    mine = Evidence("train_loss", half, s.last_step, "share of the fall made in the second half", s.late, late)
    if val is None:
        return Finding(
            f"Training stopped at step {s.last_step} while the training loss was still falling: the second half made "
            f"{percent(s.late)} of its fall (to {s.end.value:.3g}).",
            (mine,),
            confidence=confidence(s.late, late),
        )
    return Finding(
        f"Training stopped at step {s.last_step} while both losses were still falling: the second half made {percent(s.late)} of the "
        f"training loss's fall (to {s.end.value:.3g}) and {percent(gain)} of the validation loss's (to {val.values[-1]:.3g}).",
        (
            mine,
            Evidence(
                "val_loss", int(val.steps[len(val) // 2]), int(val.steps[-1]), "share of its fall made in the second half", gain, late
            ),
        ),
        confidence=confidence(min(s.late, gain), late),
    )


def held_back(s, val, settled, under, fall, below):
    first = int(val.steps[-max(1, len(val) // 7)])
    return Finding(
        f"Training loss ended at {s.end.value:.3g} after losing {percent(s.fall)} of its start, and validation loss, without the "
        f"regularization, is {percent(under)} lower ({settled:.3g}).",
        (
            Evidence("train_loss", s.first_step, s.last_step, "fall as a share of the start", s.fall, fall),
            Evidence("val_loss", first, int(val.steps[-1]), "below the training loss by", under, below),
        ),
        confidence=confidence(under, below),
    )


def val_gain(val):
    """Share of the validation loss's fall that its second half made, 0 where its end is not its best."""
    middle = float(np.median(val.values[len(val) // 2 - 1 : len(val) // 2 + 1]))
    end, drop = float(np.median(val.values[-2:])), float(val.values[0] - val.values[-2:].mean())
    return (middle - end) / drop if drop > 0 and end <= val.values.min() + 0.1 * drop else 0.0


BAD = {
    "stopped in mid-fall": dict(train_loss=fall(end=0.1, rate=2.5) * noise(0.02), val_loss=every(10, fall(end=0.2, rate=2.5))),
    "a straight fall": dict(train_loss=line(2.3, 0.5) * noise(0.03), val_loss=every(20, line(2.3, 0.6))),
    "a little beyond the limit": dict(train_loss=fall(end=0.1, rate=3) * noise(0.01), val_loss=every(10, fall(end=0.2, rate=3))),
    "a straight fall, and no validation": dict(train_loss=line(2.3, 0.5) * noise(0.03)),
    "sixty steps in all": dict(
        train_loss=fall(start=2.3, end=1.5, rate=5) * noise(0.01), epoch=2 * np.linspace(0, 1, 200), hparams=dict(max_steps=60)
    ),
    "held back by dropout": dict(train_loss=fall(end=1.5, rate=30) * noise(0.03), val_loss=every(10, fall(end=1.1, rate=30))),
    "held back a little less": dict(train_loss=fall(end=1.0, rate=30) * noise(0.03), val_loss=every(10, fall(end=0.86, rate=30))),
}
GOOD = {
    "the same in thousands": dict(
        train_loss=fall(start=2.3, end=1.5, rate=5) * noise(0.01), epoch=2 * np.linspace(0, 1, 200), hparams=dict(max_steps=4000)
    ),
    "bends, and no validation": dict(train_loss=fall(end=0.1, rate=4) * noise(0.02)),
    "both converged": dict(train_loss=fall(end=0.1) * noise(0.02), val_loss=every(10, fall(end=0.3))),
    "overfits": dict(
        train_loss=fall(end=0.01, rate=3) * noise(0.02), val_loss=every(10, fall(end=0.4, rate=20) + 0.5 * np.linspace(0, 1, 200))
    ),
    "falls within its noise": dict(train_loss=fall(end=0.4, rate=2.5) * noise(0.8, seed=1), val_loss=every(10, fall(end=0.4, rate=2.5))),
    "had hardly begun": dict(train_loss=line(2.3, 1.6) * noise(0.02), val_loss=every(10, line(2.3, 1.7))),
    "validation a little lower": dict(train_loss=fall(end=1.2, rate=30) * noise(0.01), val_loss=every(10, fall(end=1.17, rate=30))),
    "dropout on a model that learned": dict(train_loss=fall(end=0.3, rate=30) * noise(0.03), val_loss=every(10, falling(end=0.2, rate=30))),
    "flat": dict(train_loss=line(2.3, 2.29) * noise(0.01), val_loss=every(10, line(2.3, 2.29))),
}
