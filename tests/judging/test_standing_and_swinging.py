"""Curves that stand at one number, and validation that swings: what is said of them, and what of their healthy like is not."""

import numpy as np
import pytest

from advisor import curves
from tests.judging.rules import found

RNG = np.random.default_rng(0)
FALLS = 2.3 * np.exp(-4 * curves.T)
BATCHES = 3.2e9 * (1 + 0.1 * np.tile([0.0, 1.0, -2.0, 1.0], 50))
SWINGS = np.array([0.5, 0.5, 0.55, 0.6, 0.62, 0.88, 0.49, 0.87, 0.5, 0.9])
ILL = {
    "a softmax in 32 bits that gives its target nothing": (dict(train_loss=np.array([9.2, 87.3365, 87.3365, 87.3365])), "exploding-loss"),
    "the same, twenty times": (dict(train_loss=np.array([184.354, 1746.73, 1746.73, 1746.73, 1746.73])), "exploding-loss"),
    "validation never moves, and nothing else was logged": (dict(val_loss=6.46 + 0.004 * RNG.random(20)), "loss-not-decreasing"),
    "validation never moves, and batches differ": (
        dict(train_loss=BATCHES, val_loss=3.1588e9 * (1 + 1e-5 * RNG.random(45))),
        "loss-not-decreasing",
    ),
    "validation falls to one answer": (
        dict(train_loss=curves.flat(7e6) * curves.noise(0.2), val_loss=np.r_[np.geomspace(2.7e8, 5.2e6, 12), 5.18217e6 + RNG.random(60)]),
        "loss-plateau",
    ),
    "loss and accuracy of validation swing together": (
        dict(train_loss=np.geomspace(2.27, 0.21, 10), val_loss=3 - 3 * SWINGS, val_accuracy=SWINGS),
        "unstable-loss",
    ),
    "one class, in five epochs": (
        dict(
            train_loss=np.linspace(3.3, 2.2, 5),
            val_loss=np.array([2.476, 2.659, 2.71, 2.6, 2.62]),
            val_accuracy=np.array([0.0889, 0.1202, 0.117, 0.1202, 0.1202]),
        ),
        "one-class",
    ),
    "overfits, near its lowest only once": (
        dict(train_loss=np.geomspace(0.78, 0.34, 7), val_loss=np.array([0.7, 0.56, 0.575, 0.604, 0.644, 0.622, 0.637])),
        "overfitting",
    ),
}
WELL = {
    "rose, and moves on": (dict(train_loss=np.array([9.2, 87.3365, 87.34, 87.3365])), "exploding-loss"),
    "validation hardly moves, and training falls": (
        dict(train_loss=FALLS * curves.noise(0.02), val_loss=6.46 + 0.004 * RNG.random(20)),
        "loss-not-decreasing",
    ),
    "converged, and it answers well": (
        dict(
            train_loss=FALLS * curves.noise(0.2),
            val_loss=np.r_[np.geomspace(2.3, 0.21, 12), np.full(60, 0.2123457)],
            val_accuracy=np.r_[np.linspace(0.1, 0.93, 12), np.full(60, 0.93)],
        ),
        "loss-plateau",
    ),
    "five examples of validation": (
        dict(
            train_loss=np.linspace(1.2, 0.7, 5),
            val_loss=np.array([1.25, 1.1, 1.2, 1.3, 1.26]),
            val_accuracy=np.array([0.4, 0.4, 0.4, 0.2, 0.4]),
        ),
        "one-class",
    ),
    "accuracy swings by a tenth": (
        dict(train_loss=np.geomspace(2.27, 0.21, 10), val_loss=2 - SWINGS / 4, val_accuracy=0.6 + SWINGS / 4),
        "unstable-loss",
    ),
}


@pytest.mark.parametrize(("signals", "problem"), ILL.values(), ids=ILL)
def test_is_found(signals, problem):
    assert problem in found(curves.example(signals))


@pytest.mark.parametrize(("signals", "problem"), WELL.values(), ids=WELL)
def test_is_not_found(signals, problem):
    assert problem not in found(curves.example(signals))
