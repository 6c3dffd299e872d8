"""Validation loss rises while training loss keeps falling.

What it means
    The model has started to fit what is particular to the training set. Every further step lowers the
    training loss and raises the loss on new data. Where validation accuracy still rises by much the model grows
    overconfident rather than worse: that is a note, not a warning.

How it is detected
    The smoothed validation loss ended at least `climb` above its minimum and beyond its noise by `sigmas` standard deviations, the
    minimum lies at least `patience` of the run back, and since then the training loss fell. It is a note where validation accuracy
    took away `better` of the errors since, unless the loss is `times` as high as it was. Of four or five evaluations all must rise after
    the lowest, which is the first or the second. Evaluations after the last training loss say nothing. Or the training loss went to nothing
    (`learned` of its start or less) while the validation loss settled at `apart` of its start or more: a note, unless it lies at twice
    that, or the examples are known to be few or to have been seen a hundred times.

References
    The guide, Problem 5: Overfitting.
    Prechelt, Early Stopping - But When? (1998). doi:10.1007/3-540-49430-8_3
"""

import numpy as np

from advisor.anchors.scores import ended, errors_gone
from advisor.curves import every, fall, flat, line, nan_after, noise, rise
from advisor.finding import Evidence, Finding, Level, confidence
from advisor.statistics.carrying_over import around, of_this_training
from advisor.statistics.curve_shape import ENOUGH, enough, shape
from advisor.statistics.noise import noise as noise_of
from advisor.statistics.noise import rank_trend, smooth
from advisor.statistics.training_length import plan
from advisor.wording import percent

SETTLED = 0.08  # of itself: a validation loss that lost more in its second half is still on its way
FEW, OFTEN = 300, 100  # examples; passes over them
TRIFLE = 1e-3  # of its fall: a rise of less matters to nobody, however many times the lowest it is
VALIDATIONS, SHORTEST = 6, 4  # fewer evaluations show no turn, but for one that only rises; and even fewer none at all
FITTED = 0.2  # of it: what the training loss must have lost meanwhile, where evaluations are that few
CARRIED = 0.9  # of a full score: what was learned carries over


def check(
    train_loss, val_loss, val_accuracy=None, epoch=None, hparams=None, *, climb=0.08, patience=0.15, sigmas=3.0, learned=0.05, apart=0.2,
    better=0.1, times=3.0,
):  # fmt: skip
    if len(val_loss) and not np.isfinite(val_loss.values[-1]):
        return  # hidden-nan says what there is to say
    val_loss = of_this_training(val_loss, train_loss)
    if SHORTEST <= len(val_loss.finite()) < VALIDATIONS:
        found = [*rises_at_once(train_loss, val_loss, climb)]
        if found:
            yield from found
            return
    turned = [*turn(train_loss, val_loss, val_accuracy, climb, patience, sigmas, better, times)]
    carried = val_accuracy is not None and ended(val_accuracy) >= CARRIED  # then a validation loss that stays high is a floor, not a gap
    yield from turned or (() if carried else gap(train_loss, val_loss, plan(train_loss, epoch, hparams), learned, apart))


def gap(train_loss, val_loss, known, learned, apart):
    """All of the training examples are learned, and the others stay far behind."""
    if len(train_loss.finite()) < ENOUGH or not np.isfinite(train_loss.values[-1]):
        return
    s, val = shape(train_loss), smooth(val_loss)
    half, end = len(val) // 2, float(np.median(val.values[-max(3, len(val) // 10) :]))
    if not 0 < s.end.value <= learned * s.start.value or len(val) < 2 * VALIDATIONS or val.values[0] <= 0:
        return
    behind, still = end / float(val.values[0]), 1 - end / float(np.median(val.values[half - 2 : half + 2]))
    if behind < apart or still > SETTLED or end < 10 * s.end.value:
        return
    few = (known.examples or np.inf) <= FEW or (known.epochs or 0.0) >= OFTEN
    yield Finding(
        f"Training loss went to {s.end.value:.3g}, {percent(s.end.value / s.start.value)} of its start, while validation loss settled at "
        f"{end:.3g}, {percent(behind)} of its own (steps {int(val.steps[half])} to {int(val.steps[-1])}): what was learned does not "
        "carry over.",
        (Evidence("val_loss", int(val.steps[half]), int(val.steps[-1]), "share of its start at which it settled", behind, apart),),
        "warning" if few or behind >= 2 * apart else "note",
        confidence(behind, apart),
    )


def rises_at_once(train_loss, val_loss, climb):
    """Four or five evaluations, each higher than the one before from the first or the second on."""
    v = val_loss.finite()
    low = int(v.values.argmin())
    if low > 1 or len(v) - low < SHORTEST or not (np.diff(v.values[low:]) > 0).all() or not len(train_loss.finite()):
        return
    excess, best, last = float(v.values[-1] / v.values[low] - 1), int(v.steps[low]), int(v.steps[-1])
    before, after = around(train_loss, best)
    if v.values[low] <= 0 or excess < climb or not after < (1 - FITTED) * before:
        return
    yield Finding(
        f"Validation loss has only risen since its lowest ({v.values[low]:.3g} at step {best}), by {percent(excess)} over {len(v) - low} "
        f"evaluations to {v.values[-1]:.3g} at step {last}, while training loss fell from {before:.3g} to {after:.3g}.",
        (
            Evidence("val_loss", best, last, "rise above its minimum", excess, climb),
            Evidence("train_loss", best, last, "fall over the same steps", (before - after) / max(abs(before), 1e-300), 0.0),
        ),
        confidence=confidence(excess, climb),
    )


def turn(train_loss, val_loss, val_accuracy, climb, patience, sigmas, better, times):
    """The validation loss rises while the training loss falls."""
    val = smooth(enough(val_loss, VALIDATIONS))
    best, last = int(val.steps[val.values.argmin()]), int(val.steps[-1])
    lowest, ended = float(val.values.min()), float(np.median(val.values[-max(1, len(val) // 10) :]))
    excess = (ended - lowest) / max(abs(lowest), 1e-300)
    since = val.between(best)
    if (
        excess < climb
        or ended - lowest < TRIFLE * abs(float(np.median(val.values[: max(3, len(val) // 10)])) - lowest)
        or ended - lowest < sigmas * noise_of(val_loss.finite().values)
        or last - best < patience * (last - int(val.steps[0]))
    ):
        return
    before, after = around(train_loss, best)
    stays = float(np.quantile(since.values[len(since) // 4 :], 0.1)) > lowest + (ended - lowest) / 2  # rose, and is level since
    if not after < before or (rank_trend(since.values) < 0.3 and not stays):
        return
    gain, gone = accuracy_gain(val_accuracy, best), None if val_accuracy is None else errors_gone(val_accuracy, best)
    improves = gain is not None and gain > 0 and (gone is None or gone >= better)
    loudness: Level = "note" if improves and excess + 1 < times else "warning"
    message = (
        f"Validation loss has risen {percent(excess)} since its lowest ({lowest:.3g} at step {best}), to {ended:.3g} at step {last}, "
        f"while training loss fell from {before:.3g} to {after:.3g}"
    )
    evidence = [
        Evidence("val_loss", best, last, "rise above its minimum", excess, climb),
        Evidence("train_loss", best, last, "fall over the same steps", (before - after) / max(abs(before), 1e-300), 0.0),
    ]
    if gain is not None:
        evidence.append(Evidence("val_accuracy", best, last, "gain over the same steps", gain, 0.0))
        message += "; validation accuracy still rose" if improves else f"; validation accuracy gained {gain:.2g}" if gain > 0 else ""
    yield Finding(message + ".", tuple(evidence), loudness, confidence(excess, climb))


def accuracy_gain(val_accuracy, best):
    """How much validation accuracy gained since the loss was lowest; within its noise is no gain."""
    if val_accuracy is None or len(val_accuracy.finite()) < VALIDATIONS:
        return None
    s = smooth(val_accuracy)
    then = s.values[int(np.abs(s.steps - best).argmin())]
    gain = float(np.median(s.values[-max(1, len(s) // 10) :]) - then)
    return gain if abs(gain) > noise_of(val_accuracy.finite().values) else 0.0


BAD = {
    "validation turns up at 40%": dict(train_loss=fall(end=0.02), val_loss=fall(end=0.6) + rise(0.5, after=0.4)),
    "the same, noisy": dict(train_loss=fall(end=0.02) * noise(0.1), val_loss=(fall(end=0.6) + rise(0.5, after=0.4)) * noise(0.05, seed=1)),
    "twenty evaluations": dict(
        train_loss=fall(end=0.02) * noise(0.1), val_loss=every(10, (fall(end=0.6) + rise(0.5, after=0.4)) * noise(0.03, seed=1))
    ),
    "a slow climb": dict(train_loss=fall(end=0.1), val_loss=fall(end=0.8, rate=20) + rise(0.13, after=0.2)),
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
        train_loss=fall(end=0.02), val_loss=fall(end=0.6) + rise(1.8, after=0.4), val_accuracy=0.7 - fall(0.6, 0) + rise(0.1, after=0.4)
    ),
    "five evaluations that only rise": dict(train_loss=fall(start=0.3, end=1e-4), val_loss=np.array([0.32, 0.36, 0.39, 0.41, 0.42])),
    "six, as high at first as no other": dict(
        train_loss=fall(end=0.02), val_loss=np.array([4000.0, 0.61, 0.62, 0.7, 0.8, 0.84, 0.9, 0.95])
    ),
    "accuracy still rises": dict(
        train_loss=fall(end=0.02), val_loss=fall(end=0.6) + rise(0.5, after=0.4), val_accuracy=0.7 - fall(0.6, 0) + rise(0.1, after=0.4)
    ),
}
GOOD = {
    "a floor under the validation loss, and nearly all is answered rightly": dict(
        train_loss=fall(end=0.01), val_loss=fall(end=0.95), val_accuracy=0.98 - fall(0.7, 0)
    ),
    "both fall": dict(train_loss=fall(end=0.1), val_loss=fall(end=0.3)),
    "a small gap, and no turn": dict(train_loss=fall(end=0.01), val_loss=fall(end=0.3)),
    "neither is learned": dict(train_loss=fall(end=0.2), val_loss=fall(end=2.1)),
    "a climb too small to matter": dict(train_loss=fall(end=0.1), val_loss=fall(end=0.5, rate=20) + rise(0.015, after=0.4)),
    "a turn too recent to tell": dict(train_loss=fall(end=0.1), val_loss=fall(end=0.5) + rise(0.5, after=0.93)),
    "noise around a plateau": dict(train_loss=fall(end=0.1), val_loss=fall(end=0.3) * noise(0.03)),
    "much noise around a plateau": dict(train_loss=fall(end=0.1), val_loss=fall(end=0.3) * noise(0.2)),
    "both rise: divergence": dict(train_loss=fall() + rise(2, after=0.5), val_loss=fall() + rise(2, after=0.5)),
    "from nothing to next to nothing": dict(train_loss=fall(end=1e-7), val_loss=fall(end=1e-6) + rise(1e-5, after=0.4)),
    "a climb within its noise": dict(
        train_loss=fall(end=0.1), val_loss=(fall(end=0.6, rate=30) + rise(0.25, after=0.2)) * noise(0.25, seed=2)
    ),
    "nothing moves": dict(train_loss=flat(2.3), val_loss=flat(2.4)),
    "five evaluations that rise by next to nothing": dict(
        train_loss=fall(start=0.3, end=0.1), val_loss=np.array([0.32, 0.321, 0.323, 0.324, 0.325])
    ),
    "five evaluations that rise while training has hardly begun": dict(
        train_loss=line(0.158, 0.14), val_loss=np.array([0.0091, 0.0092, 0.0098, 0.0106, 0.0112])
    ),
    "five evaluations, of which one fell": dict(train_loss=fall(start=0.3, end=0.1), val_loss=np.array([0.32, 0.36, 0.34, 0.36, 0.37])),
    "ends as NaN": dict(train_loss=fall(), val_loss=(fall(end=0.6) + rise(0.9, after=0.3)) * nan_after(0.8)),
}
