"""The loss and the accuracy of a model that guesses: ln C nats and 1/C among C classes that are equally frequent."""

import numpy as np

from advisor.anchors.scores import share
from advisor.scalar import Scalar

MOST = 20  # classes: of more, 1/C is close to what a model that has hardly begun reaches
NEAR = 0.1  # of 1/C: how far the typical accuracy of a guess lies from it
NEVER = 0.35  # of 1/C: how far above it a guess may come once, on a small validation set
LEAST = 4  # evaluations


def classes_guessed(score: Scalar) -> int | None:
    """Among how many classes an accuracy says that the model guessed, from its first evaluation to its last; None where it did not.

    A fully learned score is no guess, and neither is one that left 1/C for good.
    """
    parts = share(score)
    if parts is None or len(parts) < LEAST:
        return None
    typical, late = float(np.median(parts)), float(np.median(parts[-max(3, len(parts) // 5) :]))
    if not 0 < typical <= 0.6:
        return None
    classes = round(1 / typical)
    away = max(abs(typical * classes - 1), abs(late * classes - 1))
    return classes if 2 <= classes <= MOST and away <= NEAR and float(parts.max()) * classes <= 1 + NEVER else None


def loss_of_guessing(classes: int) -> float:
    """The cross-entropy of a uniform guess, in nats."""
    return float(np.log(classes))
