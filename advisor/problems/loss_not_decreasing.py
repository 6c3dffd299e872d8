"""Training loss stays flat or rises from the beginning.

What it means
    The model learns nothing, or only the average of the targets. More of the same training will not help:
    something stops the updates from lowering the loss.

How it is detected
    Between its start and its last tenth the loss fell by less than `fall` of its starting value, or by no
    more than `sigmas` standard errors. A slow fall that is plainly there belongs to slow-convergence; a jump
    above the start belongs to exploding-loss. Nobody can tell where the noise would hide a fall of `hidden` of the start, or where the
    learning rate was still being raised for most of the run; and a loss is not flat where validation learned, whether it shows in its
    loss or in a score.
    Or the loss lay at exactly that of an answer of one half to targets of 0 and 1, for most of the run. Or, of however few points: the
    loss is the same number to its last digit, or the accuracy is that of a guess among C classes at all evaluations and the losses
    ended no lower than that guess's, ln C, or were not logged. Or, but for its beginning, the loss lay still at ln C of a common number
    of classes, and no score rose; the validation loss, where it is alone. Of four to nine points, at a learning rate far from what is
    used: no loss moved at one far below, or none made progress after its first point at one above, and no score shows that it learned.
    Of more points, at a rate above what any task uses: no score shows it, or the losses ended above their start; at a hundred times
    that, a loss of fewer than twenty points did not come to nothing.

References
    The guide, Problem 1: Training Loss Not Decreasing.
    Karpathy, A Recipe for Training Neural Networks (2019). https://karpathy.github.io/2019/04/25/recipe/
"""

import numpy as np

from advisor.anchors.constant_answer import best_constant, guesses_still
from advisor.anchors.scores import errors_gone
from advisor.anchors.standing_still import nothing_moves, same_number
from advisor.anchors.stuck_at_guessing import guesses, guesses_alone, guesses_in_few
from advisor.anchors.validation_stands_still import never_moved
from advisor.curves import T, every, flat, line, nan_after, noise
from advisor.curves import fall as falling
from advisor.evidence.levels.where_it_began import flat_or_risen, least_seen
from advisor.evidence.rates.far_rates import nobodys_rate, still_far_below, stuck_far_above, unlearned_far_above
from advisor.statistics.carrying_over import fell, fell_to_its_end
from advisor.statistics.curve_shape import ENOUGH, CannotTell, level, shape
from advisor.statistics.few_points import plainly_fell
from advisor.statistics.schedule import still_warming_up
from advisor.wording import percent

STILL_FALLING = 4.0  # standard errors: beyond this the second half's fall is no accident
NEVER = 3e-3  # of its start: what a loss that fell less in a whole run never arrives anywhere by, however surely it falls
PLAINLY = 0.1  # of the loss: a fall from the first quarter to the last that matters
FEW = 25  # points
GONE = 0.2  # of the errors: a score that took away so many learned
OF_A_FALL = True
AT_FULL_RATE = True
FROM_THE_START = True


def check(
    train_loss=None, val_loss=None, val_accuracy=None, train_accuracy=None, lr=None, hparams=None,
    *, fall=0.03, sigmas=2.5, hidden=0.5, chance=0.04,
):  # fmt: skip
    if train_loss is not None and len(train_loss) and (not np.isfinite(train_loss.values[-1]) or not train_loss.values.any()):
        return  # exploding-loss or hidden-nan says what there is to say
    told = guesses(train_loss, val_loss, val_accuracy, chance) or guesses_in_few(train_loss, val_accuracy)
    told = told or best_constant(train_loss, val_loss)
    still = guesses_still(train_loss, val_loss, (val_accuracy, train_accuracy))
    if train_loss is None or len(train_loss.finite()) < ENOUGH:
        told = told or still or (guesses_alone(val_accuracy) if train_loss is None and val_loss is None else None)
    told = told or same_number(train_loss, ENOUGH) or nothing_moves(train_loss, val_loss) or never_moved(val_loss, train_loss)
    if told is not None:
        yield told
        return
    if train_loss is None:
        raise CannotTell("no train_loss was logged")
    far = (stuck_far_above, unlearned_far_above, nobodys_rate, still_far_below)
    if found := [f for rule in far if (f := rule(train_loss, val_loss, val_accuracy, lr, hparams)) is not None]:
        yield found[0]
        return
    if plainly_fell(train_loss):
        return
    s = shape(train_loss)
    if learned(train_loss, s, fall, sigmas) or validated(train_loss, val_loss, val_accuracy, fall):
        return (yield from [still] if still is not None else [])  # it fell to where a guess is
    if still_warming_up(lr):
        raise CannotTell("the learning rate was still being raised for most of the run")
    few = s.points < FEW and s.fall > fall  # it may have fallen: of so few points noise makes a start
    if (least := least_seen(train_loss, sigmas)) > hidden or few:
        raise CannotTell(
            f"the noise of {train_loss.tag or 'the training loss'} would hide a fall of {percent(least)} in its {s.points} points"
        )
    yield flat_or_risen(s, fall, sigmas)


def learned(train_loss, s, fall, sigmas):
    """The loss fell beyond its noise, is falling still, or has exploded and is none of ours."""
    if s.fall > fall and s.end.below(s.start) > sigmas:
        return True
    creeping = s.late_sigma > STILL_FALLING and s.late > 0.2 and s.fall > 0 and max(1, s.late) * s.fall > NEVER
    back = s.fall <= 0 and s.late_sigma > STILL_FALLING and s.late * abs(s.fall) > fall  # rose first, and falls since
    exploded = s.fall <= -0.5 and s.end.value > 1.2 * train_loss.finite().values[0]
    early, late = level(train_loss, 0, 0.25), level(train_loss, 0.75, 1)
    by_quarters = late.below(early) > sigmas and early.value - late.value > PLAINLY * abs(early.value) and s.fall > fall
    return creeping or back or exploded or by_quarters


def validated(train_loss, val_loss, val_accuracy, fall):
    """What is learned shows on examples not trained on, free of the noise of minibatches: in a loss that fell there, or in a score."""
    gone = errors_gone(val_accuracy) if val_accuracy is not None else None
    early, late = level(train_loss, 0, 0.25), level(train_loss, 0.75, 1)
    lower = early.value - late.value > PLAINLY * abs(early.value)
    return fell_to_its_end(val_loss, fall) or (lower and fell(val_loss, fall)) or (gone is not None and gone >= GONE)


BAD = {
    "neither moves": dict(train_loss=np.array([4.507, 4.5052, 4.5055, 4.5053]), val_loss=np.array([4.511, 4.502, 4.507, 4.5115])),
    "flat": dict(train_loss=flat(2.3) * noise(0.01)),
    "flat and noisy": dict(train_loss=flat(2.3) * noise(0.3)),
    "falls, surely, by a two thousandth": dict(train_loss=line(3.767e25, 3.765e25)),
    "one step to the average, then flat": dict(train_loss=falling(start=2.33, end=2.3, rate=300) * noise(0.003)),
    "rises a little": dict(train_loss=line(2.3, 2.6) * noise(0.02)),
    "flat to the last digit": dict(train_loss=flat(0.6931)),
    "flat to the last digit, of seven points": dict(train_loss=flat(16771.4415)[:7]),
    "a guess of one half, whatever the target": dict(train_loss=0.25 + 1.5 * np.exp(-40 * T)),
    "seven points of either loss, all but the same": dict(
        train_loss=(flat(246.5) * noise(4e-5))[:7], val_loss=(flat(245.6) * noise(4e-5, seed=1))[:7]
    ),
    "noisy, but not too noisy to tell": dict(train_loss=flat(2.3) * noise(0.35, seed=1)),
    "came down from thousands to a guess among ten": dict(
        train_loss=np.where(T < 0.02, 1500.0, 2.36) * noise(0.01),
        val_loss=every(10, flat(2.34)),
        val_accuracy=every(10, flat(0.1) * noise(0.02)),
    ),
    "a guess among two, and only validation was logged": dict(
        val_loss=every(10, flat(0.685) * noise(0.003)), val_accuracy=every(10, flat(0.5) * noise(0.01))
    ),
    "from a higher start to a guess among ten, and no further": dict(train_loss=falling(start=4.0, end=2.3026, rate=60) * noise(0.002)),
    "two epochs, and all is that of a guess among ten": dict(train_loss=np.array([2.5, 2.303]), val_accuracy=np.array([0.1])),
    "validation alone stands at a guess among two": dict(val_loss=(flat(0.6931) * noise(0.001))[:6]),
    "accuracy alone is that of a guess among four": dict(val_accuracy=every(20, flat(0.25) * noise(0.02))),
    "five epochs at a rate far too low": dict(
        train_loss=np.array([2.3062, 2.3063, 2.3065, 2.3061, 2.3062]), hparams=dict(lr=1e-7, optimizer="Adam")
    ),
    "six epochs, stuck after the first, at a rate that no task uses": dict(
        train_loss=np.array([64.7, 0.587, 0.512, 0.507, 0.671, 0.59]), hparams=dict(lr=0.3, optimizer="RMSprop")
    ),
    "a score that learned nothing, at a rate that no task uses": dict(
        train_loss=falling(start=3.1, end=2.4, rate=20) * noise(0.05),
        val_accuracy=every(10, flat(0.16) * noise(0.2)),
        hparams=dict(lr=0.1, optimizer="Adam"),
    ),
    "at a hundred times what any task uses": dict(
        train_loss=(falling(start=43, end=8.9, rate=9) * noise(0.02))[::15], hparams=dict(lr=2.0, optimizer="RMSprop")
    ),
    "flat, and validation is too": dict(train_loss=flat(2.3) * noise(0.1), val_loss=every(10, line(2.3, 2.29))),
}
GOOD = {
    "validation moves": dict(train_loss=np.array([4.507, 4.5052, 4.5055, 4.5053]), val_loss=np.array([4.511, 4.507, 4.502, 4.493])),
    "two epochs, at a guess's accuracy alone": dict(train_loss=np.array([2.4, 2.31]), val_accuracy=np.array([0.1])),
    "five epochs from a good start, at a rate that fine-tuning uses": dict(
        train_loss=np.array([0.352, 0.351, 0.349, 0.35, 0.348]), hparams=dict(lr=1e-5, optimizer="AdamW")
    ),
    "a factor of a schedule, which is no rate": dict(
        train_loss=(falling(start=43, end=8.9, rate=9) * noise(0.02))[::15], hparams=dict(lr=2.0, optimizer="Adam", warmup_steps=4000)
    ),
    "a score that learned, at a rate that no task uses": dict(
        train_loss=falling(start=3.1, end=0.4, rate=20) * noise(0.05),
        val_accuracy=every(10, 0.16 + 0.7 * T),
        hparams=dict(lr=0.1, optimizer="Adam"),
    ),
    "six epochs at a rate that no task uses, and it learned": dict(
        train_loss=np.array([64.7, 0.587, 0.312, 0.207, 0.151, 0.12]), hparams=dict(lr=0.3, optimizer="RMSprop")
    ),
    "a healthy fall": dict(train_loss=falling() * noise(0.1)),
    "a small fall, far beyond its noise": dict(train_loss=falling(start=2.3, end=2.1) * noise(0.005)),
    "falls very slowly, but surely": dict(train_loss=line(2.3, 2.25) * noise(0.002)),
    "ends as NaN": dict(train_loss=flat(2.3) * noise(0.01) * nan_after(0.5)),
    "explodes": dict(train_loss=line(2.3, 9.0)),
    "so noisy, of forty points, that nothing can be told": dict(train_loss=every(5, falling(start=0.07, end=0.04) * noise(1.2, seed=4))),
    "noisy, but validation learns": dict(train_loss=every(7, line(3.0, 2.6) * noise(0.2, seed=3)), val_loss=line(4.2, 3.6) * noise(0.01)),
    "flat from a good start, and the score rises": dict(train_loss=flat(0.15) * noise(0.02), val_accuracy=every(10, 0.6 + 0.2 * T)),
    "rose in the warm-up, and falls since": dict(train_loss=(np.interp(T, [0, 0.1, 1], [0.146, 0.17, 0.15])) * noise(0.02)),
    "still in its warm-up": dict(train_loss=flat(0.11) * noise(0.2), lr=np.minimum(T / 0.85, 1.0) * 2e-5),
    "stands still at a guess's loss, and the score learns": dict(
        train_loss=(falling(start=4.0, end=2.3026, rate=60) * noise(0.002))[::10], val_accuracy=every(10, 0.1 + 0.6 * T)
    ),
    "accuracy alone, near a guess, that goes up": dict(val_accuracy=every(10, 0.24 + 0.05 * T)),
    "twelve points that may have fallen": dict(train_loss=every(17, falling(start=1.82, end=1.6, rate=4) * noise(0.12, seed=3))),
    "a score near a third that is no guess": dict(
        train_loss=line(3.6, 3.2) * noise(0.01), val_loss=every(10, line(3.7, 3.3)), val_accuracy=every(10, 0.31 + 0.05 * T)
    ),
    "accuracy at chance, but the losses are below a guess's": dict(
        train_loss=falling(start=0.7, end=0.6) * noise(0.01),
        val_loss=every(10, flat(0.62)),
        val_accuracy=every(10, flat(0.5) * noise(0.01)),
    ),
    "seven points that fall by little": dict(
        train_loss=(line(2.3, 1.9) * noise(1e-4))[::30], val_loss=(line(2.3, 2.0) * noise(1e-4))[::30]
    ),
    "passes the loss of a half": dict(train_loss=falling(start=0.4, end=0.1, rate=3) * noise(0.01)),
    "constant, as it is printed": dict(train_loss=flat(0.02)[:8]),
}
IN_NATS = tuple(title for title in (*BAD, *GOOD) if "a guess" in title)  # examples whose verdict rests on the unit of the loss
