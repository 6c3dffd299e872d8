"""Regularization holds the model back from fitting even the training set.

What it means
    Dropout removes so many units, or weight decay shrinks the weights so much, that what is left cannot
    express the answer.

How it is weighed
    For: dropout or weight_decay far above the usual; a validation loss below the training loss, since dropout
    is off when validating; a loss that is mostly more than the error logged beside it, by the same in training and in validation: a price
    on weights that is added to it. Against: small values of both.

What to change
    penalty, to a tenth, where most of the loss is that; dropout or weight_decay, down to usual values: whichever is far above them first,
    and neither where it is not above them.

References
    The guide, "Regularization can slow initial learning".
"""

import numpy as np

from advisor.curves import every, fall, line, noise
from advisor.finding import Change, Evidence, setting
from advisor.signals.hparams import as_number, optimizer_of
from advisor.statistics.curve_shape import level

EXPLAINS = ("underfitting", "loss-plateau", "loss-not-decreasing", "slow-convergence", "exploding-loss")
PRIOR = {"underfitting": 0.0, "loss-plateau": -7.0, "loss-not-decreasing": -8.0, "slow-convergence": -5.0, "exploding-loss": -30.0}
MOST_OF_IT = 0.8  # of the loss: a price that is minimized instead of the error
DROPOUT, DROPOUT_USUAL = 0.6, 0.2
DECAY = {"AdamW": 0.3}  # decoupled decay is multiplied by the learning rate, so that larger values are usual
DECAY_COUPLED, DECAY_USUAL = 0.02, 1e-4


def weigh(finding, train_loss, val_loss=None, penalty=None, hparams=None):
    yield from price(finding, train_loss, penalty)
    dropout, decay, limit = as_number(hparams, "dropout"), as_number(hparams, "weight_decay"), decay_limit(hparams)
    if dropout is not None:
        yield setting(
            "dropout",
            dropout,
            "dropout",
            10.0 + round(15 * (dropout - DROPOUT), 1) if dropout >= DROPOUT else -4.0 if dropout <= 0.3 else 0.0,
        )
    if decay is not None:
        yield setting(
            "weight_decay",
            decay,
            "weight decay",
            10.0 + round(4 * np.log10(decay / limit), 1) if decay >= limit else -4.0 if decay <= limit / 20 else 0.0,
        )
    known = val_loss is not None and min(len(val_loss.finite()), len(train_loss.finite())) >= 3
    if known and (train := level(train_loss, 0.85, 1).value) > 0:
        under = 1 - level(val_loss, 0.85, 1).value / train
        if under > 0.1:
            steps = val_loss.finite().steps
            yield Evidence("val_loss", int(steps[0]), int(steps[-1]), "below the training loss, where dropout acts, by", under, 0.1, 5.0)


def price(finding, train_loss, penalty):
    """What of the loss is a price on weights and no error; a loss that rises while the error does not has risen by that."""
    if penalty is None or not len(paid := penalty.finite()):
        return
    share = share_of(train_loss, paid)
    if share >= MOST_OF_IT:
        error = train_loss.values - penalty.values
        rose = finding.problem == "exploding-loss"
        weight = 48.0 if rose and error[-1] < 1.5 * error[0] else 0.0 if rose else 18.0
        fact = "share of the training loss that is a price on weights, and no error"
        yield Evidence("penalty", int(paid.steps[0]), int(paid.steps[-1]), fact, share, MOST_OF_IT, weight)


def share_of(train_loss, penalty):
    """What the price typically is of the loss."""
    return float(np.median(penalty.finite().values) / np.median(train_loss.finite().values))


def decay_limit(hparams):
    return DECAY.get(optimizer_of(hparams) or "", DECAY_COUPLED)


def changes(run, finding):
    hparams = run.signal("hparams")
    if (paid := run.signal("penalty")) is not None:
        share = share_of(run.signal("train_loss"), paid)
        why = f"a price on weights makes {share:.0%} of the loss ({paid.tag}), so it is minimized and the error is not"
        yield Change("penalty", by=0.1, interval=(0.0, 0.3), why=why)
        return
    dropout, decay = as_number(hparams, "dropout"), as_number(hparams, "weight_decay")
    usual = 1e-2 if decay_limit(hparams) > DECAY_COUPLED else DECAY_USUAL
    lower = []
    if dropout is not None and dropout > DROPOUT_USUAL:
        lower.append(Change("dropout", to=DROPOUT_USUAL, interval=(0.0, 0.3), why="the guide's light dropout"))
    if decay is not None and decay > usual:
        lower.append(Change("weight_decay", to=usual, interval=(0.0, max(1e-2, usual)), why="a usual price on large weights"))
    yield from reversed(lower) if (dropout or 0.0) < DROPOUT and (decay or 0.0) >= decay_limit(hparams) else lower
    if dropout is None and decay is None:
        yield Change("dropout", by=0.5, interval=(0.0, 0.75), why="half of what there is, where there is any: the run does not say")


BAD = {
    "dropout of 0.8": dict(
        train_loss=fall(end=1.5, rate=30) * noise(0.03), val_loss=every(10, fall(end=1.1, rate=30)), hparams=dict(dropout=0.8)
    ),
    "a price on weights, and the error falls": dict(
        train_loss=line(5.5, 8.7) * noise(0.01), val_loss=every(10, line(5.4, 8.6)), penalty=line(5.2, 8.5) * noise(0.005)
    ),
    "weight decay of 1": dict(
        train_loss=fall(start=2.5, end=2.0, rate=300) * noise(0.01),
        val_loss=every(10, fall(start=2.5, end=2.0, rate=300)),
        hparams=dict(weight_decay=1.0, optimizer="SGD", lr=0.01),
    ),
}
GOOD = {
    "small values": dict(train_loss=fall(start=2.5, end=2.0, rate=300) * noise(0.01), hparams=dict(weight_decay=1e-4, dropout=0.1)),
}
