"""The examples come in the same order in every epoch.

What it means
    Neighbours in the files are alike: of one class, one source, one length. The model follows what it sees now and forgets what it saw
    before, and the loss rises and falls with the order.

How it is weighed
    For: the loss draws the same pattern in every epoch, or again and again after some number of steps. Against: a loss that only falls
    in steps between epochs, or never repeats itself.

What to change
    shuffle: on, with another order in every epoch.

References
    Bottou, Curiously Fast Convergence of some Stochastic Gradient Descent Algorithms (2009).
    The loss jumps at every epoch: https://github.com/mlfoundations/open_clip/issues/101
"""

import numpy as np

from advisor.curves import T, fall, noise
from advisor.finding import Change, Evidence
from advisor.statistics.curve_shape import CannotTell
from advisor.statistics.epoch_pattern import ALIKE, SURE, pattern, period, stairs
from advisor.statistics.epochs import epochs_of, parts

EXPLAINS = (
    "epoch-staircase",
    "unstable-loss",
    "loss-not-decreasing",
    "loss-plateau",
    "slow-convergence",
    "exploding-loss",
)
PRIOR = {
    "epoch-staircase": -3.0, "unstable-loss": -8.0, "loss-not-decreasing": -12.0, "loss-plateau": -12.0, "slow-convergence": -14.0,
    "exploding-loss": -12.0,
}  # fmt: skip
WILD = 0.3  # of the loss
SWING, CHANCE, STEPS = 0.15, 12.0, 0.6  # as epoch-staircase has them


def weigh(finding, train_loss, epoch=None, val_loss=None, hparams=None):
    said = str((hparams or {}).get("shuffle", "")).lower()
    if said:
        off = said in ("false", "0", "no", "off", "none")
        yield Evidence("hparams", 0, 0, "shuffling, as set", float(not off), weight=8.0 if off else -6.0, tag="shuffle")
    try:
        epochs = epochs_of(train_loss, epoch, val_loss, hparams)
    except CannotTell:
        epochs = []
    repeated = period(train_loss)
    if not epochs and repeated is not None and len(mine := parts(train_loss, repeated.steps)) > 3:
        epochs = mine if min(len(e) for e in mine[:-1]) >= 4 else []
    steps = bool(epochs) and min(len(e) for e in epochs[:-1]) >= 4 and stairs(epochs[:-1]).share >= STEPS
    if repeated is not None and not steps:  # a step down between epochs makes a pattern too
        so = repeated.alike >= ALIKE and repeated.sigmas >= SURE
        first, last = int(train_loss.steps[0]), int(train_loss.steps[-1])
        fact = f"likeness of the loss to itself {repeated.steps} steps before"
        wild = so and finding.problem != "loss-not-decreasing" and swings(train_loss)  # weights that stand still swing by their batches
        kind = "the loss repeats itself widely" if wild else "the loss repeats itself" if so else "the loss never repeats itself"
        yield Evidence("train_loss", first, last, fact, repeated.alike, ALIKE, 20.0 if wild else 6.0 if so else -8.0, kind=kind)
        return
    found = pattern(epochs) if len(epochs) > 1 else None
    if found is None:
        return
    first, last = int(epochs[0].steps[0]), int(epochs[-1].steps[-1])
    same = found.swing >= SWING and found.f >= CHANCE
    weight = 14.0 if same and not steps else -8.0
    yield Evidence("train_loss", first, last, "variance that the place in the epoch explains, times chance", found.f, CHANCE, weight)


def swings(train_loss):
    """Whether the order does harm: late in the run the loss swings by half of itself or more."""
    s = train_loss.finite()
    low, middle, high = np.quantile(s.values[len(s) // 2 :], (0.1, 0.5, 0.9))
    return bool(high - low >= WILD * abs(middle))


def changes(run, finding):
    yield Change("shuffle", to="on", why="another order in every epoch: no batch is all of one kind")


EPOCH = np.floor(T * 4.999)
PHASE = T * 4.999 - EPOCH
BAD = {
    "the same pattern in every epoch": dict(train_loss=0.8 * (1 + 0.35 * np.sin(2 * np.pi * PHASE)) * noise(0.1), epoch=EPOCH),
    "a saw": dict(train_loss=fall(end=0.5, rate=40) * (1 + 0.5 * PHASE) * noise(0.03), epoch=EPOCH),
}
GOOD = {"a step down with every epoch": dict(train_loss=1.4 * np.exp(-0.5 * EPOCH) * noise(0.03), epoch=EPOCH)}
