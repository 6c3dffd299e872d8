"""Validation loss rises while training loss keeps falling.

What it means
    The model has started to fit what is particular to the training set. Every further step lowers the
    training loss and raises the loss on new data. Where validation accuracy still rises the model grows
    overconfident rather than worse: that is a note, not a warning.

How it is detected
    The smoothed validation loss ended at least `climb` above its minimum and beyond its noise by `sigmas` standard deviations, the
    minimum lies at least `patience` of the run back, and since then the training loss fell. Or the training loss went to nothing
    (`learned` of its start or less) while the validation loss settled at `apart` of its start or more: a note, unless it lies at twice
    that, or the examples are known to be few or to have been seen a hundred times.

References
    The guide, Problem 5: Overfitting.
    Prechelt, Early Stopping - But When? (1998). doi:10.1007/3-540-49430-8_3
"""

import numpy as np

from advisor.curves import every, fall, flat, noise, rise
from advisor.finding import Evidence, Finding, Level, confidence
from advisor.statistics.curve_shape import ENOUGH, enough, level, shape
from advisor.statistics.noise import noise as noise_of
from advisor.statistics.noise import rank_trend, smooth
from advisor.statistics.training_length import plan
from advisor.wording import percent

SETTLED = 0.08  # of itself: a validation loss that lost more in its second half is still on its way
FEW, OFTEN = 300, 100  # examples; passes over them
TRIFLE = 1e-3  # of its fall: a rise of less matters to nobody, however many times the lowest it is
VALIDATIONS = 6  # fewer evaluations show no turn


def check(
    train_loss, val_loss, val_accuracy=None, epoch=None, hparams=None, *, climb=0.08, patience=0.15, sigmas=3.0, learned=0.05, apart=0.2
):  # fmt: skip
    turned = [*turn(train_loss, val_loss, val_accuracy, climb, patience, sigmas)]
    yield from turned or gap(train_loss, val_loss, plan(train_loss, epoch, hparams), learned, apart)


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


def turn(train_loss, val_loss, val_accuracy, climb, patience, sigmas):
    """The validation loss rises while the training loss falls."""
    val = smooth(enough(val_loss, VALIDATIONS))
    best, last = int(val.steps[val.values.argmin()]), int(val.steps[-1])
    lowest, ended = float(val.values.min()), float(np.median(val.values[-max(1, len(val) // 10) :]))
    excess = (ended - lowest) / max(abs(lowest), 1e-300)
    since = val.between(best)
    if (
        excess < climb
        or ended - lowest < TRIFLE * abs(float(val.values[0]) - lowest)
        or ended - lowest < sigmas * noise_of(val_loss.finite().values)
        or last - best < patience * (last - int(val.steps[0]))
    ):
        return
    before, after = around(train_loss, best)
    stays = float(np.quantile(since.values[len(since) // 4 :], 0.1)) > lowest + (ended - lowest) / 2  # rose, and is level since
    if after >= before or (rank_trend(since.values) < 0.3 and not stays):
        return
    better = accuracy_gain(val_accuracy, best)
    loudness: Level = "note" if better is not None and better > 0 else "warning"
    message = (
        f"Validation loss has risen {percent(excess)} since its lowest ({lowest:.3g} at step {best}), to {ended:.3g} at step {last}, "
        f"while training loss fell from {before:.3g} to {after:.3g}"
    )
    evidence = [
        Evidence("val_loss", best, last, "rise above its minimum", excess, climb),
        Evidence("train_loss", best, last, "fall over the same steps", (before - after) / max(abs(before), 1e-300), 0.0),
    ]
    if better is not None:
        evidence.append(Evidence("val_accuracy", best, last, "gain over the same steps", better, 0.0))
        message += "; validation accuracy still rose" if better > 0 else ""
    yield Finding(message + ".", tuple(evidence), loudness, confidence(excess, climb))


def around(train_loss, best):
    """The training loss at the step of the best validation loss and at the end."""
    s = train_loss.finite()
    share = (best - s.steps[0]) / max(np.ptp(s.steps), 1)
    return level(s, max(0.0, share - 0.05), min(share + 0.05, 0.9)).value, level(s, 0.9, 1).value


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
    "accuracy still rises": dict(
        train_loss=fall(end=0.02), val_loss=fall(end=0.6) + rise(0.5, after=0.4), val_accuracy=0.7 - fall(0.6, 0) + rise(0.1, after=0.4)
    ),
}
GOOD = {
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
}
