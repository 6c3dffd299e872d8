"""A model that guessed from its first evaluation to its last: the finding, of score and losses together, or of the score alone."""

import numpy as np

from advisor.anchors.guessing import LEAST, among_many, classes_guessed, loss_of_guessing
from advisor.anchors.scores import share
from advisor.finding import Evidence, Finding
from advisor.scalar import Scalar
from advisor.signals.tags import meaning
from advisor.statistics.noise import rank_trend

JUST = 1e-3  # of a guess's loss and accuracy: two numbers that agree so closely do not by accident
ALONE, CLOSELY, TREND = 6, 0.03, 0.5  # evaluations of a score beside which no loss was logged; of 1/C; rank correlation with time
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


def guesses_in_few(train_loss: Scalar | None, score: Scalar | None) -> Finding | None:
    """Of fewer evaluations than show a course: the score is exactly 1/C at each, and the loss came to just ln C of the same C."""
    known = None if score is None else meaning(score.tag)
    if train_loss is None or score is None or known is None or known.rank or (parts := share(score)) is None or len(parts) >= LEAST:
        return None
    classes, last = round(1 / float(parts[-1])) if 0 < parts[-1] <= 0.5 else 0, float(train_loss.values[-1])
    if classes < 2 or len(train_loss) < 2 or np.abs(parts * classes - 1).max() > JUST or abs(last / loss_of_guessing(classes) - 1) > JUST:
        return None
    at, guess = int(train_loss.steps[-1]), loss_of_guessing(classes)
    return Finding(
        f"Training loss came to {last:.4g} by step {at}, and accuracy to {float(score.values[-1]):.4g}: both are exactly those of a guess "
        f"among {classes} classes.",
        (
            Evidence(
                "train_loss", int(train_loss.steps[0]), at, f"end, of a guess among {classes} classes", last, guess, kind="loss of guessing"
            ),
        ),
        confidence=0.85,
    )


def guesses_alone(score: Scalar | None) -> Finding | None:
    """An accuracy beside which no loss was logged lies at that of a guess, closely, and goes nowhere."""
    known = None if score is None else meaning(score.tag)
    if score is None or known is None or known.rank or len(c := score.finite()) < ALONE or (classes := classes_guessed(score)) is None:
        return None
    parts = share(c)
    typical = float(np.median(parts)) if parts is not None else 0.0
    away = abs(typical * classes - 1)
    if (
        away > CLOSELY or rank_trend(c.values) > TREND or (away > JUST and not np.ptp(c.values))
    ):  # the share of one class, which one-class tells
        return None
    first, last = int(c.steps[0]), int(c.steps[-1])
    fact = f"typical accuracy, of a guess among {classes} classes"
    return Finding(
        f"Accuracy stayed at that of a guess among {classes} classes at all {len(c)} evaluations (typically {np.median(c.values):.3g}, "
        f"steps {first} to {last}); no loss was logged.",
        (Evidence("val_accuracy", first, last, fact, typical, kind="accuracy of guessing"),),
        confidence=0.85,
    )
