"""The model does poorly on the training data and on the validation data alike.

What it means
    The run ended while both losses were still falling fast, or the model is held back from fitting what it sees: what is missing is
    training or freedom, not data.

How it is detected
    Both losses lost `far` or more of their start, and made `late` or more of their whole fall in the second half, beyond their noise by
    `sigmas` standard errors, and the validation loss goes on falling to the end; of a training loss alone, it made `alone` or more then. In
    both cases the training loss has not lost nearly all there is, and what was ended so is a note unless LOST of the fall came then, or it
    was brief. Of four to nine points both must fall at each, and at the last no less than typically. Or the training loss ended after
    losing no more than `fall` of its start while the validation loss, with the regularization switched off, is lower by `below` but poor
    too (above half of that start, or dropout is strong, and no score is nearly full), and fell in the run: one that did not began where an
    earlier training had ended. Of means of epochs, which lag, the last is compared with the middle of the last two evaluations. Or it lost
    no more than `least` of what a run of the same search lost at another learning rate.

References
    The guide, "Underfitting (Too Few Epochs)": poor performance on both training and test data; train longer.
"""

import numpy as np

from advisor.anchors.scores import ended
from advisor.curves import T, every, fall, line, noise
from advisor.curves import fall as falling
from advisor.evidence.levels.as_steep_as_ever import as_steep_as_ever
from advisor.evidence.rates.outdone import outdone
from advisor.evidence.siblings import BetterSibling
from advisor.finding import Evidence, Finding, confidence
from advisor.signals.hparams import as_number
from advisor.statistics.carrying_over import fall_in_last_quarter, fall_in_second_half, turned_up
from advisor.statistics.curve_shape import level, shape
from advisor.statistics.training_length import plan
from advisor.wording import percent

AT_THE_END = True  # judges where a run ended: a healthy one shows it on the way
LOST, BRIEF, PASSES = 0.9, 1000, 3  # of the fall, made late: half of the run was lost; optimizer steps, and epochs: it was brief
POOR, STRONG = 0.45, 0.6  # of the training loss's start: a validation loss that is lower is no poor one; dropout: more is seldom meant
HARDLY, LITTLE = 0.05, 0.05  # of the fall; of the start
POINTS, VALIDATIONS = 25, 5  # fewer points of a training loss alone are a beginning
CARRIED = 0.9  # of a full score: a model that answers so does not do poorly
ON, OVERSHOT = 0.25, 1.2  # of the second half's least share: what the last quarter must bring; a loss that rose so high has another problem
OF_A_FALL = FROM_THE_START = True


def check(
    train_loss, val_loss=None, epoch=None, hparams=None, siblings=None, val_accuracy=None,
    *, late=0.16, sigmas=4.0, far=0.4, fall=0.6, below=0.1, alone=0.3, few=120, least=0.5,
):  # fmt: skip
    if (told := outdone(train_loss, siblings, least) or as_steep_as_ever(train_loss, val_loss, far)) is not None:
        yield told
        return
    s = shape(train_loss)
    length = plan(train_loss, epoch, hparams)
    lost = 0.0 if (length.updates or np.inf) <= BRIEF and (length.epochs or np.inf) <= PASSES else LOST
    below = np.inf if val_accuracy is not None and ended(val_accuracy) >= CARRIED else below
    found = [*held_or_stopped(train_loss, val_loss, s, hparams, lost, late, sigmas, far, fall, below, alone)]
    yield from found or () if turned_up(val_loss, LITTLE) else found or short(s, length.updates, few, sigmas)


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


def held_or_stopped(train_loss, val_loss, s, hparams, lost, late, sigmas, far, fall, below, alone):
    if val_loss is None:
        if (
            s.points >= POINTS
            and s.late >= alone
            and s.late_sigma >= sigmas
            and s.fall > far
            and s.peak < OVERSHOT
            and s.end.value > LITTLE * s.start.value
        ):
            yield stopped_early(s, None, 0.0, alone, lost)
        return
    val = val_loss.finite()
    if len(val) < VALIDATIONS or s.fall <= 0.05:
        return
    gain, v = fall_in_second_half(val), level(val, 0.85, 1)
    trained, validated = (s.end.value, v.value) if s.points >= POINTS else (train_loss.values[-1], float(val.values[-2:].mean()))
    under = 1 - validated / trained if trained > 0 else 0.0  # means of epochs lag behind: theirs is the middle between two evaluations
    poor = v.value > POOR * s.start.value or (as_number(hparams, "dropout") or 0.0) >= STRONG
    steep = fall_in_last_quarter(val) >= late * ON and far < s.fall < 1 - LITTLE
    if s.fall <= fall and poor and under >= below and v.below(s.end) > sigmas and 1 - v.value / val.values[0] > HARDLY:
        yield held_back(s, val, v.value, under, fall, below)
    elif min(gain, s.late) >= late and s.late_sigma >= sigmas and steep and s.peak < OVERSHOT:
        yield stopped_early(s, val, gain, late, lost)


def stopped_early(s, val, gain, late, lost):
    mine = Evidence("train_loss", (s.first_step + s.last_step) // 2, s.last_step, "share of the fall made in the second half", s.late, late)
    if val is None:
        return Finding(
            f"Training stopped at step {s.last_step} while the training loss was still falling: the second half made "
            f"{percent(s.late)} of its fall (to {s.end.value:.3g}).",
            (mine,),
            level="warning" if s.late >= lost else "note",
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
        level="warning" if s.late >= lost else "note",
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


NEAR, FAR = (BetterSibling("lr-0.01", 0.01, 0.2, (0.003, 0.03), 0.1, share=share) for share in (0.8, 0.4))
BAD = {
    "a sibling came further": dict(train_loss=fall(start=2.3, end=1.5, rate=40) * noise(0.02), siblings=FAR),
    "stopped in mid-fall": dict(train_loss=fall(end=0.1, rate=2.5) * noise(0.02), val_loss=every(10, fall(end=0.2, rate=2.5))),
    "a straight fall": dict(train_loss=line(2.3, 0.5) * noise(0.03), val_loss=every(20, line(2.3, 0.6))),
    "a little beyond the limit": dict(train_loss=fall(end=0.1, rate=3) * noise(0.01), val_loss=every(10, fall(end=0.2, rate=3))),
    "a straight fall, and no validation": dict(train_loss=line(2.3, 0.5) * noise(0.03)),
    "sixty steps in all": dict(
        train_loss=fall(start=2.3, end=1.5, rate=5) * noise(0.01), epoch=2 * np.linspace(0, 1, 200), hparams=dict(max_steps=60)
    ),
    "four epochs, as steep as ever": dict(train_loss=np.array([2.27, 2.12, 1.87, 1.5]), val_loss=np.array([2.19, 1.98, 1.66, 1.25])),
    "held back by dropout": dict(train_loss=fall(end=1.5, rate=30) * noise(0.03), val_loss=every(10, fall(end=1.1, rate=30))),
    "held back a little less, by a dropout that is known": dict(
        train_loss=fall(end=1.0, rate=30) * noise(0.03), val_loss=every(10, fall(end=0.86, rate=30)), hparams=dict(dropout=0.7)
    ),
}
GOOD = {
    "a sibling came a little further": dict(train_loss=fall(start=2.3, end=0.6, rate=40) * noise(0.02), siblings=NEAR),
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
    "as low, but nearly all is answered rightly": dict(
        train_loss=fall(end=1.5, rate=30) * noise(0.03),
        val_loss=every(10, fall(end=1.1, rate=30)),
        val_accuracy=every(10, 0.97 - fall(start=0.5, end=0.0, rate=30)),
    ),
    "ten means of epochs, which lag behind": dict(
        train_loss=4.7 - 1.5 * np.linspace(0, 1, 10) ** 0.5, val_loss=4.295 - 1.4 * (np.linspace(0, 1, 10) + 0.05) ** 0.5
    ),
    "validation a little lower": dict(train_loss=fall(end=1.2, rate=30) * noise(0.01), val_loss=every(10, fall(end=1.17, rate=30))),
    "dropout on a model that learned": dict(
        train_loss=fall(end=0.3, rate=30) * noise(0.03), val_loss=every(10, falling(end=0.2, rate=30)), hparams=dict(dropout=0.7)
    ),
    "augmented, and validation is good": dict(train_loss=fall(end=1.15, rate=30) * noise(0.03), val_loss=every(10, fall(end=0.9, rate=20))),
    "flat": dict(train_loss=line(2.3, 2.29) * noise(0.01), val_loss=every(10, line(2.3, 2.29))),
    "all was learned, and no validation": dict(train_loss=np.maximum(8.5 - 9.3 * T, 0.13) * noise(0.02)),
    "both have nearly converged": dict(train_loss=fall(end=0.3, rate=6) * noise(0.005), val_loss=every(10, fall(end=0.4, rate=6))),
    "validation stays where it began": dict(
        train_loss=fall(start=0.177, end=0.15, rate=20) * noise(0.01), val_loss=every(10, line(0.0725, 0.0722) * noise(0.01))
    ),
    "validation has settled, while training falls": dict(
        train_loss=line(0.7, 0.26) * noise(0.02), val_loss=every(4, np.where(T < 0.7, 0.7 - 0.4 * T, 0.42) * noise(0.004))
    ),
    "four epochs, slower": dict(train_loss=np.array([2.3, 1.3, 0.9, 0.7]), val_loss=np.array([2.2, 1.3, 1.0, 0.9])),
}
