"""What the loss rewards has no end.

What it means
    A loss that can fall without bound is no error: a likelihood whose spread goes to nothing, a critic that nothing holds, a difference
    with the wrong sign. It falls by growing, and smaller steps only make that slower.

How it is weighed
    For: the loss fell below zero to ten thousand times the size it began at. Nobody suspects it otherwise.

What to change
    objective: look at each part of the loss and what it rewards; bound it (a least spread, a clamp, a penalty), or turn its sign.

References
    Mattei and Frellsen, Leveraging the Exact Likelihood of Deep Latent Variable Models (2018): unbounded likelihoods. arXiv:1802.04826
"""

import numpy as np

from advisor.curves import T, fall, nan_after
from advisor.evidence.levels.without_bound import TIMES, without_bound
from advisor.finding import Change, Evidence

EXPLAINS = ("exploding-loss",)
PRIOR = -20.0


def weigh(train_loss):
    if (found := without_bound(train_loss)) is not None:
        told = found.evidence[0]
        yield Evidence("train_loss", told.first_step, told.last_step, "size of the end over that of the start", told.value, TIMES, 40.0)


def changes(run, finding):
    yield Change("objective", to="looked at", why="a loss that falls without end rewards something else than being right")


BAD = {"below zero, without bound": dict(train_loss=1.5 - np.exp(22 * T))}
GOOD = {"ends as NaN": dict(train_loss=fall() * nan_after(0.5))}
