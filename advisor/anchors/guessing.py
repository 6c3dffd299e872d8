"""The loss and the accuracy of a model that guesses: ln C nats and 1/C among C classes that are equally frequent."""

from collections.abc import Iterator

import numpy as np

from advisor.anchors.scores import share
from advisor.finding import Evidence
from advisor.scalar import Scalar
from advisor.statistics.curve_shape import Shape

MOST = 20  # classes: of more, 1/C is close to what a model that has hardly begun reaches
NEAR = 0.1  # of 1/C: how far the typical accuracy of a guess lies from it
NEVER = 0.35  # of 1/C: how far above it a guess may come once, on a small validation set
LEAST = 4  # evaluations
THOUSANDS, EXACTLY = 2_000, 2e-3  # classes; of the loss of guessing among so many
COMMON = np.log([2, 3, 4, 5, 10])  # where the loss began far above a guess, only these: the others may be chance
LIKELY = 0.6  # of the start: a classifier that begins by guessing seldom loses more
GUESSES = np.log(np.arange(2, 11))  # losses of a uniform guess; among more classes they lie too close together to tell


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


def among_many(score: Scalar, ends: list[float]) -> int | None:
    """Among how many classes, more than MOST, a model guessed to its end; None where the losses do not end at exactly such a guess's.

    With so many, 1/C alone is close to what a model that has hardly begun reaches; the losses too have to say so.
    """
    parts = share(score)
    if parts is None or len(parts) < LEAST or not ends:
        return None
    typical, late = float(np.median(parts)), float(np.median(parts[-max(3, len(parts) // 5) :]))
    classes = round(1 / typical) if typical > 0 else 0
    if not MOST < classes <= THOUSANDS or max(abs(typical * classes - 1), abs(late * classes - 1)) > NEAR:
        return None
    return classes if all(abs(end / np.log(classes) - 1) <= EXACTLY for end in ends) else None


def loss_of_guessing(classes: int) -> float:
    """The cross-entropy of a uniform guess, in nats."""
    return float(np.log(classes))


def ended_at_a_guess(s: Shape, val_loss: Scalar | None, chance: float) -> Iterator[Evidence]:
    """Both losses ended within `chance` of that of a uniform guess."""
    if val_loss is None or len(val_loss.finite()) < 3:
        return
    v = val_loss.finite()
    ended = float(np.median(v.values[-3:]))
    guessed = GUESSES if s.fall <= LIKELY else COMMON
    nearest = float(guessed[np.abs(guessed - s.end.value).argmin()])
    if max(abs(s.end.value - nearest), abs(ended - nearest)) <= chance * nearest:
        classes = round(float(np.exp(nearest)))
        yield Evidence(
            "val_loss", int(v.steps[-3]), int(v.steps[-1]), f"ended at the loss of guessing among {classes} classes", ended, nearest
        )
