"""The loss jumps far above where it started, climbs back up, or ends as NaN or infinity.

What it means
    The updates no longer lower the loss. Once a weight is NaN every later step is NaN too: nothing after that
    point was trained, and the weights of the last checkpoint before it are the ones to keep.

How it is detected
    The loss ends non-finite; or over some span of the run its median is `jump` times its starting value or more; or it climbs from its
    lowest level back up by `climb` of all it had fallen, far beyond its noise, and stays there to the end, or ever further up to three
    times that level; or it jumped in one point, out of calm, and ended well above where it had been; or it was infinite at `infinite` of
    its points or more; or, of however few points, the last are that of a softmax in 32 bits; or it fell below zero to ten thousand times
    its first size. Of four to nine points, and of a validation loss or an accuracy that is all there is: the last lie far above each before
    them, or gave back what had been won, at once or point by point. Or both losses ended above what they were early in the run. Or a text
    file beside the logs says that NaN stopped the training before it was logged. A training loss that ends above its start while the
    validation loss falls to its end has not exploded: its parts are weighed anew, unless at a learning rate above what any task uses. Of a
    log that begins in the middle of a training, nothing is measured against its first level.

References
    The guide, "Signs of Wrong Learning Rate": loss jumps around wildly or explodes to infinity.
    Pascanu, Mikolov and Bengio, On the difficulty of training recurrent neural networks (2013). arXiv:1211.5063
"""

import numpy as np

from advisor.anchors.no_number import lost_at_a_height, non_finite, overflowed, says_nan, stopped
from advisor.anchors.stuck_at_a_height import nothing_left, stuck_at_a_height
from advisor.curves import T, every, fall, flat, line, nan_after, noise, rise, spike_at
from advisor.evidence.learning_rate import beyond_any_task
from advisor.evidence.levels.above_its_start import jumped, onset_of_jump, stands_above
from advisor.evidence.levels.blown_up import blown_up
from advisor.evidence.levels.without_bound import without_bound
from advisor.evidence.validation.alone import broken_alone
from advisor.evidence.validation.both_rose import both_rose
from advisor.finding import Evidence, Finding, confidence
from advisor.scalar import Line
from advisor.statistics.carrying_over import fell_to_its_end
from advisor.statistics.curve_shape import shape
from advisor.statistics.few_points import plainly_fell
from advisor.statistics.onset import climbs_on, resumed, sudden
from advisor.wording import percent

BEFORE, NOT_BACK, OF_IT = 10, 0.3, 0.09  # points; of the level before, and of all the fall: at the end so much higher, it lost what it had
CAME_BACK = 2  # points no higher than before: then it was back, and what is high at the end came later
OF_ITS = 0.2  # of its start: what a validation loss that fell to its end must have lost
STEADILY = 0.2  # of `climb`: what is enough where the loss climbs steadily, to many times its lowest level
RISE = 0.2  # of its lowest: what rose by less has not exploded
FELL = 2.0  # standard errors: a fall of less is none, and nothing of it can be undone
OF_A_FALL = True


def check(
    train_loss=None, lines=None, restarts=None, val_loss=None, val_accuracy=None, coverage=None, lr=None, hparams=None,
    *, jump=1.5, climb=0.5, sigmas=6.0, infinite=0.5,
):  # fmt: skip
    if train_loss is None:
        return (yield from broken_alone(val_loss, val_accuracy))
    if (lost := seen_at_once(train_loss, lines, infinite)) is not None:
        return (yield lost)
    if plainly_fell(train_loss):
        return
    if (blown := blown_up(train_loss)) is not None and not fell_to_its_end(val_loss, OF_ITS):
        yield blown
        return
    s, unseen = shape(train_loss), coverage is not None and coverage.begins is False
    if s.end.value > s.start.value and fell_to_its_end(val_loss, OF_ITS) and beyond_any_task(lr, hparams) <= 0:
        return
    if not unseen and s.start.value > 0 and (onset := onset_of_jump(train_loss, s, jump, sigmas)) is not None:
        yield jumped(train_loss, s, onset, jump)
        return
    if not unseen and (stood := stands_above(train_loss, s, jump)) is not None:
        yield stood
        return
    if (
        (at := sudden(train_loss)) is not None
        and not resumed(restarts, train_loss, at)
        and (hurt := jumped_once(train_loss, s, at, sigmas)) is not None
    ):
        yield hurt
        return
    rise = s.end.value - s.best.value
    lost = rise / max(s.start.value - s.best.value, 1e-300)
    climb = climb * STEADILY if climbs_on(train_loss) else climb
    beyond_noise = not unseen and s.best.below(s.end) > sigmas and rise > max(sigmas * s.noise, RISE * abs(s.best.value))
    if lost >= climb and s.best.below(s.start) > FELL and beyond_noise:
        yield Finding(
            f"Training loss was down to about {s.best.value:.3g} around step {s.best_step} and climbed back to about {s.end.value:.3g} "
            f"over its last tenth, to step {s.last_step}, undoing {percent(lost)} of its fall.",
            (Evidence("train_loss", s.best_step, s.last_step, "share of the fall undone", lost, climb),),
            confidence=confidence(lost, climb),
        )
    elif not unseen and (worse := both_rose(train_loss, val_loss, sigmas)) is not None:
        yield worse


def seen_at_once(train_loss, lines, infinite):
    """What no course of the loss is needed for: it ended as no number, or stands where none that learns does, or fell without bound."""
    if len(train_loss) and not np.isfinite(train_loss.values[-1]):
        return non_finite(train_loss)
    if len(train_loss) and (told := [line for line in lines or () if says_nan(line)]):
        return stopped(train_loss, told[-1])
    if len(train_loss) and (share := float(np.isinf(train_loss.values).mean())) >= infinite:
        return overflowed(train_loss, share, infinite)
    return lost_at_a_height(train_loss) or stuck_at_a_height(train_loss) or nothing_left(train_loss) or without_bound(train_loss)


def jumped_once(train_loss, s, at, sigmas):
    """One step threw the loss up, out of calm, and by the end it had not come back to where it was."""
    c = train_loss.finite()
    before = float(np.median(c.between(last=at - 1).values[-BEFORE:]))
    after = c.between(at).values
    if (after <= before).sum() >= CAME_BACK:
        return None
    if s.end.value - before <= max(sigmas * s.end.error, NOT_BACK * abs(before), OF_IT * (s.start.value - before)):
        return None
    return Finding(
        f"Training loss jumped from about {before:.3g} to {after.max():.3g} within one point at step {at}, out of calm, and had not come "
        f"back by step {s.last_step} (about {s.end.value:.3g}).",
        (Evidence("train_loss", at, s.last_step, "end over the level before the jump", s.end.value / max(before, 1e-300), 1 + NOT_BACK),),
        confidence=0.85,
    )


RAISED = Line("traceback", "train.log", 24, "FloatingPointError: Loss became infinite or NaN at iteration=519!")
STOP = Line("nan", "train.log", 12, "Loss is nan, stopping training")
GAINED = 0.1 + 0.8 * (1 - np.exp(-8 * T))
BAD = {
    "two points of a softmax in 32 bits that leaves its target nothing": dict(train_loss=np.array([87.3365, 87.3365])),
    "five points, thrown up after the first": dict(train_loss=np.array([0.31, 4100.0, 9800.0, 5200.0, 7700.0])),
    "below zero, without bound": dict(train_loss=1.5 - np.exp(22 * T)),
    "six points, and what was learned is lost": dict(train_loss=np.array([2.3, 1.1, 0.6, 0.5, 2.1, 2.2])),
    "seven points that only rise": dict(train_loss=np.array([2.3, 2.5, 2.6, 2.9, 3.3, 3.9, 4.6])),
    "validation alone, thrown up at once": dict(val_loss=every(10, np.where(T < 0.7, fall(), 30.0) * noise(0.05))),
    "validation alone ends as NaN": dict(val_loss=every(10, fall() * nan_after(0.5))),
    "accuracy alone, lost again": dict(val_accuracy=every(10, np.where(T < 0.7, GAINED, 0.1))),
    "NaN half way": dict(train_loss=fall() * nan_after(0.5)),
    "NaN from the start": dict(train_loss=flat(np.nan)),
    "a jump to many times the start": dict(train_loss=(fall() + rise(40.0, after=0.2)) * noise(0.05)),
    "a jump that slowly heals": dict(train_loss=2.3 + 20 * np.exp(-8 * T) * (T > 0) * noise(0.05)),
    "climbs back, below its start": dict(train_loss=(fall() + rise(1.5, after=0.4)) * noise(0.02)),
    "a climb of a little over half": dict(train_loss=(fall() + rise(1.3, after=0.4)) * noise(0.02)),
    "falls, then climbs ever further, to many times its lowest": dict(
        train_loss=(0.002 + 0.026 * np.exp(-30 * T) + 0.018 * np.clip(T - 0.25, 0, None) ** 2) * noise(0.1)
    ),
    "a bump at first, and all was learned": dict(
        train_loss=(fall(start=4.7, end=2.0, rate=8) + 6 * np.exp(-((T - 0.08) ** 2) / 0.002)) * noise(0.05)
    ),
    "rose to 1e21, then exactly 0": dict(train_loss=np.where(T < 0.1, 2.3, np.where(T < 0.3, 1e21, 0.0))),
    "so noisy that nothing is significant": dict(train_loss=np.where(T < 0.003, 1.0, flat(5.0) * noise(1.2))),
    "one step threw it up, and it has not come back": dict(
        train_loss=(fall() + 0.8 * np.exp(-2 * np.clip(T - 0.6, 0, None)) * (T >= 0.6)) * noise(0.03)
    ),
    "stopped by NaN that was not logged": dict(train_loss=fall() * noise(0.1), lines=(STOP,)),
    "the same, told by an error": dict(train_loss=fall() * noise(0.1), lines=(RAISED,)),
    "infinite for most of the run": dict(train_loss=np.where(T < 0.7, np.inf, 1e36 * (1.1 - T))),
    "both are worse than they were early on, and the start was far higher": dict(
        train_loss=(0.12 + 0.7 * np.exp(-70 * T) + 0.06 * np.clip(6 * T - 1.5, 0, 1)) * noise(0.02),
        val_loss=every(10, (0.22 + 0.2 * np.exp(-30 * T) + 0.2 * np.clip(6 * T - 1.2, 0, 1)) * noise(0.01)),
    ),
    "rises, and validation with it": dict(
        train_loss=(fall() + rise(40.0, after=0.2)) * noise(0.05), val_loss=every(10, fall() + rise(30.0))
    ),
}
IN_NATS = ("two points of a softmax in 32 bits that leaves its target nothing",)  # examples whose verdict rests on the unit of the loss
GOOD = {
    "two points next to that": dict(train_loss=np.array([87.41, 87.335])),
    "a density that goes far below zero": dict(train_loss=fall(start=2.0, end=-300.0)),
    "six points, one of them high": dict(train_loss=np.array([2.3, 1.1, 0.6, 3.0, 0.5, 0.4])),
    "six points, the last of them high": dict(train_loss=np.array([2.3, 1.1, 0.6, 0.5, 0.45, 1.2])),
    "five points rise, and validation falls": dict(
        train_loss=np.array([0.2, 0.25, 0.29, 0.33, 0.36]), val_loss=np.array([1.2, 0.8, 0.6, 0.5, 0.45])
    ),
    "validation alone rises": dict(val_loss=every(10, fall(end=0.6) + rise(0.9))),
    "accuracy alone, sagging": dict(val_accuracy=every(10, GAINED - rise(0.2))),
    "calm by chance, where every third loss is as high": dict(
        train_loss=np.where(np.random.default_rng(16).random(200) < 0.35, 0.5, fall(start=0.6, end=0.08, rate=6)) * noise(0.03)
    ),
    "a healthy fall": dict(train_loss=fall() * noise(0.1)),
    "its first points lie low, and it never fell from there": dict(train_loss=np.where(T < 0.012, 2.13, 2.43 - 0.15 * T) * noise(0.01)),
    "validation rises, and training goes on": dict(train_loss=fall() * noise(0.02), val_loss=every(10, 0.22 + 0.2 * T)),
    "a step of NaN was left out": dict(train_loss=fall() * noise(0.1), lines=(Line("nan", "train.log", 9, "loss is nan, step skipped"),)),
    "one spike": dict(train_loss=fall() + spike_at(0.5, 50.0)),
    "a bump during warm-up": dict(train_loss=fall() * noise(0.02) + 0.3 * np.exp(-((T - 0.05) ** 2) / 0.0005)),
    "a steady climb of little": dict(train_loss=(0.002 + 0.026 * np.exp(-30 * T) + 0.002 * T) * noise(0.1)),
    "noise around a plateau": dict(train_loss=fall(end=1.0) * noise(0.3)),
    "a small climb at the end": dict(train_loss=(fall() + rise(0.4, after=0.7)) * noise(0.02)),
    "flat and noisy": dict(train_loss=flat(2.3) * noise(0.4)),
    "rises slowly from the start, within its noise": dict(train_loss=every(4, line(2.3, 2.5) * noise(0.3))),
    "infinite at first, as a scaler is tried": dict(train_loss=np.where(T < 0.01, np.inf, fall())),
    "rises as its parts are weighed anew, and validation falls": dict(
        train_loss=line(0.002, 0.03) * noise(0.05), val_loss=every(10, fall(start=0.03, end=0.014))
    ),
}
