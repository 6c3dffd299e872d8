"""Validation loss rises while training loss keeps falling.

What it means
    The model has started to fit what is particular to the training set. Every further step lowers the training loss and raises the loss
    on new data. Where validation accuracy still rises by much the model grows overconfident rather than worse: a note.

How it is detected
    The validation loss, smoothed over a twelfth of its points, ended at least `climb` above its minimum and beyond the noise of both levels
    by `sigmas` standard errors, the minimum lies at least `patience` of the run back, and since then the training loss fell by `fell`, or
    by half of that where the rise is twice `climb` and steady. It is a note where validation accuracy took away `better` of the errors
    since, unless the loss is `times` as high as it was or accuracies stand apart. Evaluations after the last training loss say nothing. Of
    three to five evaluations all must rise after the lowest, the first or the second, and of three by more; alone, without a training loss,
    it must rise steadily, by `alone`, over half of the run, or from one to the next where they are few. Or none of at most eleven came back
    near the lowest while the training loss lost a third of itself. Where noise hides how far it rose, it must have ended at twice the
    training loss, which fell by `halved` since. Or the training loss went to nothing (`learned` of its start or less) while the validation
    loss settled at `apart` of its start or more: a note, unless it lies at twice that, or the examples are known to be few or to have been
    seen a hundred times. Or training accuracy ended `points` above validation's, with less than half of its errors, and the validation loss
    has not fallen for half of the run.

References
    The guide, Problem 5: Overfitting.
    Prechelt, Early Stopping - But When? (1998). doi:10.1007/3-540-49430-8_3
"""

import numpy as np

from advisor.anchors.scores import ended
from advisor.curves import T, every, fall, flat, line, nan_after, noise, rise
from advisor.evidence.validation.left_behind import answers_apart, answers_behind, drawn_apart, gap
from advisor.evidence.validation.only_rises import never_back, rises_alone, rises_at_once
from advisor.evidence.validation.turned_up import turn
from advisor.statistics.carrying_over import of_this_training
from advisor.statistics.curve_shape import CannotTell
from advisor.statistics.training_length import plan

VALIDATIONS = 6  # fewer evaluations show no turn, but for one that only rises
REACH = 0.5  # of the training: how far evaluations must go to tell how it ended
SUSPECTED = 4  # times: how much less a rise need stand out of its noise where the training loss went far below it
CARRIED = 0.9  # of a full score: what was learned carries over


def check(
    val_loss, train_loss=None, val_accuracy=None, train_accuracy=None, epoch=None, hparams=None, *, climb=0.06, patience=0.15, sigmas=4.0,
    fell=0.1, learned=0.05, apart=0.2, better=0.2, times=3.0, points=0.12, alone=0.1, halved=0.2,
):  # fmt: skip
    if len(val_loss) and not np.isfinite(val_loss.values[-1]):
        return  # hidden-nan says what there is to say
    if train_loss is None:
        return (yield from rises_alone(val_loss, alone, sigmas))
    val_loss = of_this_training(val_loss, train_loss)
    if len(val_loss) > 1 and len(train_loss) and val_loss.steps[-1] - train_loss.steps[0] < REACH * np.ptp(train_loss.steps):
        raise CannotTell(f"{val_loss.tag or 'the validation loss'} ends before half of the training, at step {val_loss.steps[-1]}")
    if 1 < len(v := val_loss.finite()) < VALIDATIONS:
        found = rises_at_once(train_loss, v, climb) or never_back(train_loss, v, val_accuracy, better)
        if found or v.values[-1] <= v.values.min():
            return (yield from found)
    if len(v) == 1:
        raise CannotTell(f"{val_loss.tag or 'the validation loss'} was measured once, which shows no course")
    apart_by = answers_behind(train_accuracy, val_accuracy)
    better = np.inf if apart_by >= points else better  # a score that creeps up far behind training's is no excuse
    carried = val_accuracy is not None and ended(val_accuracy) >= CARRIED  # then a validation loss that stays high is a floor, not a gap
    found = [*turn(train_loss, val_loss, val_accuracy, climb, patience, sigmas, fell, better, times)]
    found = found or [*answers_apart(train_loss, val_loss, apart_by, points)]
    found = found or [*drawn_apart(train_loss, val_loss, val_accuracy, climb, patience, sigmas / SUSPECTED, halved, better)]
    found = found or never_back(train_loss, v, val_accuracy, better)
    yield from found or (() if carried else gap(train_loss, val_loss, plan(train_loss, epoch, hparams), learned, apart))


BAD = {
    "a steady rise, while training has little left to learn": dict(
        train_loss=0.1 + 0.9 * np.exp(-0.4 * np.arange(28)) + 0.016 * (1 - np.arange(28) / 28),
        val_loss=0.14 + 0.9 * np.exp(-0.35 * np.arange(28)) + 0.004 * np.maximum(0, np.arange(28) - 16),
    ),
    "validation turns up at 40%": dict(train_loss=fall(end=0.02), val_loss=fall(end=0.6) + rise(0.5, after=0.4)),
    "twenty evaluations": dict(
        train_loss=fall(end=0.02) * noise(0.1), val_loss=every(10, (fall(end=0.6) + rise(0.5, after=0.4)) * noise(0.03, seed=1))
    ),
    "accuracy falls too": dict(
        train_loss=fall(end=0.02), val_loss=fall(end=0.6) + rise(0.5, after=0.4), val_accuracy=0.8 - fall(0.7, 0) - rise(0.1, after=0.4)
    ),
    "a gap without a turn": dict(train_loss=fall(end=0.01), val_loss=fall(end=1.0)),
    "a smaller one, of few examples": dict(
        train_loss=fall(end=0.01), val_loss=fall(end=0.6), hparams=dict(train_size=120, batch_size=32, epochs=60)
    ),
    "accuracy creeps up": dict(
        train_loss=fall(end=0.02), val_loss=fall(end=0.6) + rise(0.5, after=0.4), val_accuracy=0.5 - fall(0.4, 0) + rise(0.03, after=0.4)
    ),
    "accuracy rises, but the loss is four times as high": dict(
        train_loss=fall(end=0.02), val_loss=fall(end=0.6) + rise(1.8, after=0.4), val_accuracy=0.7 - fall(0.6, 0) + rise(0.2, after=0.4)
    ),
    "noisy, but far above its lowest": dict(
        train_loss=fall(end=0.02) * noise(0.1), val_loss=every(2, (fall(end=0.6, rate=40) + rise(0.3, after=0.1)) * noise(0.25, seed=2))
    ),
    "ten evaluations, the last five higher and higher": dict(
        train_loss=line(0.52, 0.31), val_loss=np.array([0.512, 0.478, 0.473, 0.477, 0.475, 0.466, 0.484, 0.49, 0.499, 0.506])
    ),
    "answers apart, and validation has stopped long ago": dict(
        train_loss=(0.3 + 1.5 * np.exp(-4 * T)) * noise(0.02),
        val_loss=every(2, fall(end=0.75, rate=20) * noise(0.04)),
        train_accuracy=0.9 - fall(0.6, 0),
        val_accuracy=0.74 - fall(0.5, 0, rate=20),
    ),
    "accuracy creeps up, far behind training's": dict(
        train_loss=fall(end=0.02),
        val_loss=fall(end=0.6) + rise(0.5, after=0.4),
        val_accuracy=0.5 - fall(0.4, 0) + rise(0.1, after=0.4),
        train_accuracy=1.0 - fall(0.9, 0),
    ),
    "three evaluations that rise by much": dict(train_loss=fall(start=0.6, end=0.02, rate=5), val_loss=np.array([0.4, 0.47, 0.55])),
    "only validation was logged": dict(val_loss=fall(end=0.9, rate=60) + rise(0.4, after=0.15)),
    "noise hides how far it rose, but training went far below": dict(
        train_loss=fall(end=0.05, rate=5), val_loss=every(7, (fall(end=0.33, rate=10) + rise(0.1, after=0.5)) * noise(0.13, seed=5))
    ),
    "five evaluations that only rise": dict(train_loss=fall(start=0.3, end=1e-4), val_loss=np.array([0.32, 0.36, 0.39, 0.41, 0.42])),
    "six, as high at first as no other": dict(
        train_loss=fall(end=0.02), val_loss=np.array([4000.0, 0.61, 0.62, 0.7, 0.8, 0.84, 0.9, 0.95])
    ),
    "accuracy still rises": dict(
        train_loss=fall(end=0.02), val_loss=fall(end=0.6) + rise(0.5, after=0.4), val_accuracy=0.7 - fall(0.6, 0) + rise(0.2, after=0.4)
    ),
    "three evaluations, the last far higher while training lost half": dict(
        train_loss=np.array([0.44, 0.25, 0.13]), val_loss=np.array([0.29, 0.27, 0.37])
    ),
    "seven evaluations, none since the fourth near it": dict(
        train_loss=np.array([1.44, 1.16, 0.8, 0.63, 0.57, 0.47, 0.38]), val_loss=np.array([1.54, 0.81, 0.71, 0.7, 0.75, 0.74, 0.78])
    ),
    "seven evaluations alone, of which five only rise": dict(val_loss=np.array([0.9, 0.6, 0.64, 0.71, 0.78, 0.88, 0.97])),
}
GOOD = {
    "a rise that noise hides, of next to nothing beside the fall": dict(
        train_loss=fall(start=0.1, end=0.001, rate=5),
        val_loss=every(2, (fall(start=0.5, end=0.004, rate=14) + rise(0.0015, after=0.4)) * noise(0.1)),
    ),
    "seven evaluations alone, up and down": dict(val_loss=np.array([0.9, 0.6, 0.74, 0.61, 0.78, 0.7, 0.87])),
    "a floor under the validation loss, and nearly all is answered rightly": dict(
        train_loss=fall(end=0.01), val_loss=fall(end=0.95), val_accuracy=0.98 - fall(0.7, 0)
    ),
    "both fall": dict(train_loss=fall(end=0.1), val_loss=fall(end=0.3)),
    "a small gap, and no turn": dict(train_loss=fall(end=0.01), val_loss=fall(end=0.3)),
    "neither is learned": dict(train_loss=fall(end=0.2), val_loss=fall(end=2.1)),
    "a climb too small to matter": dict(train_loss=fall(end=0.1), val_loss=fall(end=0.5, rate=20) + rise(0.015, after=0.4)),
    "a turn too recent to tell": dict(train_loss=line(2.3, 0.02), val_loss=fall(end=0.5) + rise(0.5, after=0.93)),
    "noise around a plateau": dict(train_loss=fall(end=0.1), val_loss=fall(end=0.3) * noise(0.03)),
    "much noise around a plateau": dict(train_loss=fall(end=0.1), val_loss=fall(end=0.3) * noise(0.2)),
    "both rise: divergence": dict(train_loss=fall() + rise(2, after=0.5), val_loss=fall() + rise(2, after=0.5)),
    "from nothing to next to nothing": dict(train_loss=fall(end=1e-7), val_loss=fall(end=1e-6) + rise(1e-5, after=0.4)),
    "a climb within its noise": dict(
        train_loss=fall(end=0.1), val_loss=every(10, (fall(end=0.6, rate=30) + rise(0.3, after=0.2)) * noise(0.25, seed=7))
    ),
    "a climb while training has all but ended": dict(
        train_loss=fall(end=0.5, rate=40) * noise(0.01), val_loss=fall(end=0.6, rate=30) + rise(0.1, after=0.3)
    ),
    "only validation was logged, and it rises late": dict(val_loss=fall(end=0.9) + rise(0.4, after=0.7)),
    "only validation was logged, and it rises by little": dict(val_loss=fall(end=0.9, rate=60) + rise(0.07, after=0.15)),
    "noise about a level, and training went on by little": dict(
        train_loss=fall(end=0.15, rate=20) * noise(0.01) - 0.03 * T, val_loss=every(7, fall(end=0.33, rate=10) * noise(0.13, seed=5))
    ),
    "noise hides how far it rose, and training has all but ended": dict(
        train_loss=fall(end=0.19, rate=20) - 0.04 * T,
        val_loss=every(7, (fall(end=0.33, rate=10) + rise(0.1, after=0.5)) * noise(0.13, seed=5)),
    ),
    "three evaluations that rise by less": dict(train_loss=fall(start=0.6, end=0.2, rate=5), val_loss=np.array([0.4, 0.42, 0.45])),
    "answers a little apart": dict(
        train_loss=(0.1 + 1.5 * np.exp(-4 * T)) * noise(0.02),
        val_loss=every(2, fall(end=0.25, rate=20) * noise(0.04)),
        train_accuracy=0.98 - fall(0.6, 0),
        val_accuracy=0.92 - fall(0.5, 0, rate=20),
    ),
    "answers apart, but validation still improves": dict(
        train_loss=fall(end=0.1), val_loss=line(2.3, 1.0) * noise(0.01), train_accuracy=0.9 - fall(0.8, 0), val_accuracy=line(0.1, 0.7)
    ),
    "answers apart by as much as the training examples' own errors": dict(
        train_loss=fall(end=0.5, rate=4) * noise(0.02),
        val_loss=every(10, fall(end=1.0, rate=20) * noise(0.01)),
        train_accuracy=0.75 - fall(0.6, 0),
        val_accuracy=0.6 - fall(0.5, 0),
    ),
    "nothing moves": dict(train_loss=flat(2.3), val_loss=flat(2.4)),
    "five evaluations that rise by next to nothing": dict(
        train_loss=fall(start=0.3, end=0.1), val_loss=np.array([0.32, 0.321, 0.323, 0.324, 0.325])
    ),
    "five evaluations that rise while training has hardly begun": dict(
        train_loss=line(0.158, 0.14), val_loss=np.array([0.0091, 0.0092, 0.0098, 0.0106, 0.0112])
    ),
    "three evaluations, the last far higher, and training is where it was": dict(
        train_loss=np.array([0.44, 0.25, 0.22]), val_loss=np.array([0.29, 0.27, 0.37])
    ),
    "seven evaluations, of which one came back to the lowest": dict(
        train_loss=np.array([1.44, 1.16, 0.8, 0.63, 0.57, 0.47, 0.41]), val_loss=np.array([1.54, 0.81, 0.71, 0.7, 0.75, 0.71, 0.78])
    ),
    "five evaluations, of which one fell": dict(train_loss=fall(start=0.3, end=0.25), val_loss=np.array([0.32, 0.36, 0.34, 0.36, 0.37])),
    "ends as NaN": dict(train_loss=fall(), val_loss=(fall(end=0.6) + rise(0.9, after=0.3)) * nan_after(0.8)),
}
