"""A model that guessed from its first evaluation to its last: the finding, of score and losses together."""

import numpy as np

from advisor.anchors.guessing import among_many, classes_guessed, loss_of_guessing
from advisor.finding import Evidence, Finding
from advisor.scalar import Scalar

HALF = {0.25: "squared error", float(np.log(2)): "cross-entropy"}  # losses of answering one half to targets of 0 and 1
EXACTLY, MOST, POINTS = 1e-3, 0.75, 20  # of the loss; of the points; points
ABOVE, ABSURD = 1.15, 1e3  # times ln C: a loss of guessing, and one of weights far out of bounds


def guesses(train_loss: Scalar | None, val_loss: Scalar | None, val_accuracy: Scalar | None, chance: float) -> Finding | None:
    """The accuracy is that of a guess at every evaluation, and the losses ended no lower than a guess's."""
    losses = {n: c.finite() for n, c in (("train_loss", train_loss), ("val_loss", val_loss)) if c is not None and len(c.finite())}
    if val_accuracy is None or not losses:
        return None
    ends = {name: float(np.median(c.values[-max(1, min(3, len(c) // 3)) :])) for name, c in losses.items()}
    classes = classes_guessed(val_accuracy) or among_many(val_accuracy, list(ends.values()))
    if classes is None:
        return None
    guess, score = loss_of_guessing(classes), val_accuracy.finite()
    if any(end < (1 - chance) * guess or ABOVE * guess < end < ABSURD * guess for end in ends.values()):
        return None
    if any(losses[name].values[0] >= ABSURD * guess <= end for name, end in ends.items()):
        return None  # such a loss is no cross-entropy
    first, last = int(score.steps[0]), int(score.steps[-1])
    said = " and ".join(f"{name.partition('_')[0].replace('val', 'validation')} loss at {end:.3g}" for name, end in ends.items())
    return Finding(
        f"Validation accuracy stayed at that of a guess among {classes} classes at all {len(score)} evaluations (typically "
        f"{np.median(score.values):.3g}, steps {first} to {last}), and {said} ended no lower than such a guess's, {guess:.3g}.",
        (
            Evidence(
                "val_accuracy",
                first,
                last,
                f"typical accuracy, of a guess among {classes} classes",
                float(np.median(score.values)),
                kind="accuracy of guessing",
            ),
            *(
                Evidence(
                    name,
                    int(c.steps[0]),
                    int(c.steps[-1]),
                    f"end, of a guess among {classes} classes",
                    ends[name],
                    guess,
                    kind="loss of guessing",
                )
                for name, c in losses.items()
            ),
        ),
        confidence=0.95,
    )


def best_constant(train_loss: Scalar | None) -> Finding | None:
    """For most of the run the loss is exactly that of answering one half to every target of 0 or 1: the best that a constant can do."""
    if train_loss is None or len(c := train_loss.finite()) < POINTS:
        return None
    for value, loss in HALF.items():
        there = np.abs(c.values - value) <= EXACTLY * value
        if there[-1] and there.mean() >= MOST:
            since, last = int(c.steps[int(there.argmax())]), int(c.steps[-1])
            return Finding(
                f"Training loss came to {c.values[-1]:.4g} at step {since} and stayed there, to step {last}: that is the {loss} of "
                "answering one half to every target of 0 or 1.",
                (Evidence("train_loss", since, last, "share of its points at the loss of a constant", float(there.mean()), MOST),),
                confidence=0.9,
            )
    return None
