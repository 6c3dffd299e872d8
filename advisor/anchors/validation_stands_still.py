"""A validation loss that is the same for all or most of a run: whatever trains, the answers do not change."""

import numpy as np

from advisor.anchors.scores import ended
from advisor.anchors.standing_still import one_number_since
from advisor.finding import Evidence, Finding
from advisor.scalar import Scalar
from advisor.statistics.curve_shape import level
from advisor.wording import percent

LEAST, MANY = 10, 20  # evaluations: where none differs; where most do not
NEVER = 3e-3  # of itself: a loss that moved no more in a whole run arrives nowhere
FELL = 0.2  # of the training loss: then something was learned
SAME, MOSTLY = 1e-4, 0.75  # of itself; of the run
GOOD = 0.75  # of a full score: a model that answers so much right may stay as it is


def never_moved(val_loss: Scalar | None, train_loss: Scalar | None) -> Finding | None:
    """From the first evaluation to the last it lies within next to nothing, and the training loss, if there is one, has not fallen."""
    if val_loss is None or len(v := val_loss.finite()) < LEAST or len(v) < len(val_loss):
        return None
    typical = abs(float(np.median(v.values)))
    moved = float(np.ptp(v.values)) / max(typical, 1e-300)
    if moved > NEVER or not _finely(v.values) or _fell(train_loss):
        return None
    first, last = int(v.steps[0]), int(v.steps[-1])
    return Finding(
        f"Validation loss lies between {v.values.min():.6g} and {v.values.max():.6g} at all of its {len(v)} evaluations "
        f"(steps {first} to {last}): nothing was learned between them.",
        (Evidence("val_loss", first, last, "largest difference as a share of the loss", moved, NEVER),),
        confidence=0.9,
    )


def stopped_moving(val_loss: Scalar | None, val_accuracy: Scalar | None) -> Finding | None:
    """For most of the run, to its end, it is one number, and no score is good."""
    if val_loss is None or len(v := val_loss.finite()) < MANY or (value := float(np.median(v.values[len(v) // 2 :]))) == 0:
        return None
    since = one_number_since(v.values, value, SAME)
    share = 1 - since / len(v)
    good = val_accuracy is not None and ended(val_accuracy) >= GOOD
    if share < MOSTLY or not since or not _finely(v.values) or good:
        return None
    first, last = int(v.steps[since]), int(v.steps[-1])
    return Finding(
        f"Validation loss came to {abs(value):.5g} by step {first} and has not moved since, to step {last} ({percent(share)} of the run): "
        "one answer is given to everything.",
        (Evidence("val_loss", first, last, "share of the run at one number", share, MOSTLY),),
        confidence=0.85,
    )


def _finely(values: np.ndarray) -> bool:
    """Whether values, shape (n,), were printed to more digits than those in which they agree."""
    return any(value != float(f"{value:.4g}") for value in values[-LEAST:].tolist())


def _fell(train_loss: Scalar | None) -> bool:
    if train_loss is None or len(train_loss.finite()) < LEAST:
        return train_loss is not None
    early, late = level(train_loss, 0, 0.25).value, level(train_loss, 0.75, 1).value
    return early - late > FELL * abs(early)
