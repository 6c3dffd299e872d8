"""A run that others of its search left far behind: whatever its own curve looks like, it could have come further."""

import numpy as np

from advisor.evidence.siblings import BetterSibling
from advisor.finding import Evidence, Finding
from advisor.scalar import Scalar


def outdone(train_loss: Scalar, siblings: BetterSibling | None, least: float) -> Finding | None:
    """That in no more steps a sibling at another rate lost far more than this run did, which made no more than `least` of its fall."""
    if siblings is None or not 0 < abs(siblings.share) < np.inf or siblings.share > least or not np.isfinite(train_loss.values[-1]):
        return None
    first, last, end = int(train_loss.steps[0]), int(train_loss.steps[-1]), float(np.median(train_loss.finite().values[-3:]))
    return Finding(
        f"Training loss ended at {end:.3g}, where sibling {siblings.name}, at a learning rate of {siblings.rate:g}, came to "
        f"{siblings.end:.3g} (steps {first} to {last}).",
        (Evidence("siblings", first, last, "its fall over that of the best sibling", siblings.share, least),),
        confidence=0.8,
    )
