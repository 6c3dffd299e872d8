"""A loss that is exactly what a model that gives one answer to everything has, and stays there, whatever it was before."""

from collections.abc import Iterable

import numpy as np

from advisor.anchors.scores import errors_gone
from advisor.finding import Evidence, Finding
from advisor.scalar import Scalar
from advisor.statistics.curve_shape import of_normal
from advisor.statistics.noise import noise
from advisor.wording import LOSSES

HALF = {0.25: "squared error", float(np.log(2)): "cross-entropy"}  # losses of answering one half to targets of 0 and 1
EXACTLY, MOST, POINTS = 1e-3, 0.75, 20  # of the loss; of the points; points
CLASSES = (*range(2, 11), 20, 50, 100, 200, 1000)  # numbers of classes that are common enough for their loss to be no accident
FEWEST, SETTLED, HANDFUL = 4, 4, 10  # points; in so many parts of a run the first is left for what came before; fewer tell no noise
STILL, DIGITS = 6e-3, 1.5e-3  # of the loss: how little it moves; what a loss printed in three digits may be off by
UNTRAINED = 0.01  # of the loss of a guess: how near to it an untrained model begins
SIGMAS, GONE = 2.0, 0.05  # standard errors; of the errors: a score that lost so many answers more than one thing


def loss_of_all(train_loss: Scalar | None, val_loss: Scalar | None) -> tuple[Scalar | None, str]:
    """The training loss, or the validation loss where that is all there is, and the name of its signal."""
    return (val_loss, "val_loss") if train_loss is None else (train_loss, "train_loss")


def best_constant(train_loss: Scalar | None, val_loss: Scalar | None) -> Finding | None:
    """For most of the run the loss is exactly that of answering one half to every target of 0 or 1: the best that a constant can do."""
    loss, signal = loss_of_all(train_loss, val_loss)
    if loss is None or len(c := loss.finite()) < POINTS:
        return None
    for value, name in HALF.items():
        there = np.abs(c.values - value) <= EXACTLY * value
        if there[-1] and there.mean() >= MOST:
            since, last = int(c.steps[int(there.argmax())]), int(c.steps[-1])
            return Finding(
                f"{LOSSES[signal]} came to {c.values[-1]:.4g} at step {since} and stayed there, to step {last}: that is the {name} of "
                "answering one half to every target of 0 or 1.",
                (Evidence(signal, since, last, "share of its points at the loss of a constant", float(there.mean()), MOST),),
                confidence=0.9,
            )
    return None


def guesses_still(train_loss: Scalar | None, val_loss: Scalar | None, scores: Iterable[Scalar | None]) -> Finding | None:
    """But for the first quarter of the run a loss lies still at that of a uniform guess, ln C, and no score says that it learned.

    A loss of answers that differ moves with the examples; one that is ln C to three digits and does not is no accident. Of a handful of
    points it is a note where nothing was evaluated, which is done once an epoch: they may be the first minutes.
    """
    loss, signal = loss_of_all(train_loss, val_loss)
    known = [score for score in scores if score is not None]
    if loss is None or len(c := loss.finite()) < FEWEST or len(c) < len(loss):
        return None
    late = c.values[max(1, len(c) // SETTLED) :]
    typical, error = float(np.median(late)), of_normal(noise(late), len(late))
    classes = min(CLASSES, key=lambda n: abs(np.log(n) - typical))
    guess = float(np.log(classes))
    began = abs(c.values[0] - guess) <= UNTRAINED * guess  # as a model does that knows nothing
    if abs(typical - guess) > (UNTRAINED / 2 if began else DIGITS) * guess or not _still(late, typical, error):
        return None
    if any((gone := errors_gone(score)) is not None and gone >= GONE for score in known):
        return None
    since, last = int(c.steps[len(c) - len(late)]), int(c.steps[-1])
    return Finding(
        f"{LOSSES[signal]} has lain at {typical:.4g} since step {since}, to step {last}: that is ln {classes}, the loss of guessing among "
        f"{classes} classes.",
        (Evidence(signal, since, last, f"level, of a guess among {classes} classes", typical, guess, kind="loss of guessing"),),
        "warning" if known or val_loss is not None or len(c) >= HANDFUL else "note",
        confidence=0.9,
    )


def _still(late: np.ndarray, typical: float, error: float) -> bool:
    """Whether values, shape (n,), neither spread nor went anywhere from their first half to their second."""
    if len(late) < HANDFUL:
        return bool(np.ptp(late) <= 2 * STILL * typical and not (np.diff(late) < 0).all())  # what falls at each point creeps
    half = len(late) // 2
    moved = abs(float(np.median(late[half:]) - np.median(late[:half])))
    return noise(late) <= STILL * typical and moved <= max(EXACTLY * typical, SIGMAS * 2 * error)  # halves: two errors of the whole
