"""The model knows the examples again.

What it means
    A large model keeps much of an example it has seen once, so that its loss on each is lower by a step when the next epoch brings it
    back. That is what learning by heart looks like; whether it hurts, the validation loss tells.

How it is weighed
    For: the training loss falls at the boundaries of epochs and is flat inside. Against: the fall inside the epoch goes on, or the noise
    shrinks along the epoch as that of a running average does.

What to change
    epochs: to the last one that lowered the validation loss; without one logged, log it.

References
    Howard and Whitaker, Can LLMs learn from a single example? (2023). https://www.fast.ai/posts/2023-09-04-learning-jumps/
"""

import numpy as np

from advisor.curves import T, fall, noise
from advisor.finding import Change, Evidence
from advisor.signals.hparams import as_number
from advisor.statistics.epoch_pattern import AVERAGED, averaged, stairs
from advisor.statistics.epochs import epochs_of
from advisor.statistics.training_length import ended_by

EXPLAINS = ("epoch-staircase",)
PRIOR = 0.0
SHARE = 0.8


def weigh(train_loss, epoch=None, val_loss=None, hparams=None):
    epochs = epochs_of(train_loss, epoch, val_loss, hparams)
    first, last = int(epochs[0].steps[0]), int(epochs[-1].steps[-1])
    share, calm = stairs(epochs).share, averaged(epochs)
    weight = 8.0 if share >= SHARE else 0.0 if share >= 0.6 else -8.0
    yield Evidence("train_loss", first, last, "share of the movement made at the boundaries of epochs", share, SHARE, weight)
    if calm is not None:
        yield Evidence(
            "train_loss", first, last, "noise late in an epoch over that early in it", calm, AVERAGED, -12.0 if calm < AVERAGED else 3.0
        )


def changes(run, finding):
    val, train = run.signal("val_loss"), run.signal("train_loss")
    ends = ended_by(run.signal("hparams"), run.signal("epoch"))
    now = as_number(run.signal("hparams"), ends)
    if val is None or len(v := val.finite()) < 3 or not now:
        return
    share = (int(v.steps[v.values.argmin()]) - int(train.steps[0])) / max(int(np.ptp(train.steps)), 1)
    if (to := max(1, round(now * share))) < now:
        yield Change(ends, to=to, why="the later epochs lowered the loss of known examples only")


EPOCH = np.floor(T * 4.999)
BAD = {
    "a step down with every epoch": dict(train_loss=1.4 * np.exp(-0.5 * EPOCH) * noise(0.03), epoch=EPOCH),
}
GOOD = {
    "a saw": dict(train_loss=fall(end=0.5, rate=40) * (1 + 0.5 * (T * 4.999 - EPOCH)) * noise(0.03), epoch=EPOCH),
}
