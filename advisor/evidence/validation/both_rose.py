"""Both losses worse at the end than they were early in the run: what was learned, or brought along, was lost."""

from advisor.finding import Evidence, Finding
from advisor.scalar import Scalar
from advisor.statistics.carrying_over import around, of_this_training
from advisor.statistics.course import course
from advisor.wording import percent

EVALUATIONS, EARLY, WORSE = 5, 0.3, 0.25  # fewer show no course; of the run; of the lowest validation loss


def both_rose(train_loss: Scalar, val_loss: Scalar | None, sigmas: float) -> Finding | None:
    """The validation loss was lowest early, and the training loss ended no lower than it was then."""
    if val_loss is None or len(val := of_this_training(val_loss, train_loss).finite()) < EVALUATIONS:
        return None
    c = course(val)
    first, last, (before, after) = int(val.steps[0]), int(val.steps[-1]), around(train_loss, c.best)
    excess = c.excess if c.low.value > 0 else 0.0
    if excess < WORSE or c.low.below(c.end) < sigmas / 2 or c.best - first > EARLY * (last - first) or not after >= before:
        return None
    told, best = c.told, c.told.best
    return Finding(
        f"Both losses are worse than they were at step {best}: validation loss rose by {percent(told.excess)}, from {told.lowest:.3g} to "
        f"{told.end:.3g} at step {last}, and training loss went from {before:.3g} to {after:.3g}.",
        (
            Evidence("val_loss", best, last, "rise above its minimum", told.excess, WORSE),
            Evidence("train_loss", best, last, "rise over the same steps", after / max(before, 1e-300) - 1, 0.0),
        ),
        confidence=0.75,
    )
