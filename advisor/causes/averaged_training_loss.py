"""The logged loss is an average over the epoch so far, and begins anew with the next.

What it means
    The average still carries the high losses of the epoch's beginning at its end, and drops them all at the boundary: a staircase of the
    log, not of the training.

How it is weighed
    For: the noise of the curve shrinks along each epoch, as the average of ever more batches does. Against: noise that is the same all
    through the epoch.

What to change
    logged_loss: the batch's own, or an exponential average that does not begin anew.

References
    Keras, Model.fit: the loss shown is an average over the epoch so far. https://keras.io/getting_started/faq/
"""

import numpy as np

from advisor.curves import T, fall, noise
from advisor.finding import Change, Evidence
from advisor.statistics.epoch_pattern import AVERAGED, averaged
from advisor.statistics.epochs import epochs_of

EXPLAINS = ("epoch-staircase",)
PRIOR = -3.0


def weigh(train_loss, epoch=None, val_loss=None, hparams=None):
    epochs = epochs_of(train_loss, epoch, val_loss, hparams)
    calm = averaged(epochs)
    if calm is not None:
        first, last = int(epochs[0].steps[0]), int(epochs[-1].steps[-1])
        weight = 15.0 if calm < AVERAGED else -10.0
        yield Evidence("train_loss", first, last, "noise late in an epoch over that early in it", calm, AVERAGED, weight)


def changes(run, finding):
    yield Change("logged_loss", to="of each batch", why="shows the training itself; nothing in the training need change")


EPOCH = np.floor(T * 2.999)
AVERAGE = np.concatenate([np.cumsum(part) / np.arange(1, len(part) + 1) for part in np.array_split(fall(rate=4) * noise(0.3), 3)])
BAD = {"a running average of each epoch": dict(train_loss=AVERAGE, epoch=EPOCH)}
GOOD = {"a step down with every epoch": dict(train_loss=1.4 * np.exp(-0.5 * np.floor(T * 4.999)) * noise(0.03), epoch=np.floor(T * 4.999))}
