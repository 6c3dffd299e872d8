"""Validation loss and score that swing together, by more than chance among a few examples could."""

import numpy as np

from advisor.anchors.scores import share
from advisor.finding import Evidence, Finding
from advisor.scalar import Scalar
from advisor.wording import percent

EVALUATIONS, LATE = 6, 0.6  # at least; of them, counted from the end
FAR, TIMES, MOSTLY = 0.2, 3, 0.5  # of a full score from one evaluation to the next; such swings; of the evaluations


def swings(val_loss: Scalar | None, val_accuracy: Scalar | None, least: float = FAR) -> Finding | None:
    """Most late evaluations move the score by `least` of a full one, back and forth, and the loss the other way."""
    if val_loss is None or val_accuracy is None or (parts := share(val_accuracy)) is None:
        return None
    if not EVALUATIONS <= len(parts) == len(val_loss.finite()) == len(val_loss) or not np.array_equal(val_loss.steps, val_accuracy.steps):
        return None
    start = len(parts) - max(TIMES + 2, round(LATE * len(parts)))
    score, loss = np.diff(parts[start:]), np.diff(val_loss.values[start:])
    far = (np.abs(score) >= least) & (score * loss < 0)
    turns = int((np.diff(np.sign(score[far])) != 0).sum())
    if far.sum() < TIMES or far.mean() < MOSTLY or turns < TIMES - 1:
        return None
    first, last, low, high = int(val_loss.steps[start]), int(val_loss.steps[-1]), parts[start:].min(), parts[start:].max()
    return Finding(
        f"Validation swings: from one evaluation to the next accuracy moved by {percent(least)} or more of a full score "
        f"{int(far.sum())} times of {len(far)} late in the run, between {percent(low)} and {percent(high)}, and validation loss with it, "
        f"between {val_loss.values[start:].min():.3g} and {val_loss.values[start:].max():.3g} (steps {first} to {last}).",
        (Evidence("val_accuracy", first, last, "share of the evaluations that swung so far", float(far.mean()), MOSTLY),),
        confidence=0.85,
    )
