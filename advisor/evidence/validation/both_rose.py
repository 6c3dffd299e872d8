"""Both losses worse at the end than they were early in the run: what was learned, or brought along, was lost."""

from advisor.finding import Evidence, Finding
from advisor.scalar import Scalar
from advisor.statistics.carrying_over import around, lowest_and_end, of_this_training
from advisor.wording import percent

EVALUATIONS, EARLY, WORSE = 5, 0.3, 0.25  # fewer show no course; of the run; of the lowest validation loss


def both_rose(train_loss: Scalar, val_loss: Scalar | None, sigmas: float) -> Finding | None:
    """The validation loss was lowest early, and the training loss ended no lower than it was then."""
    if val_loss is None or len(val := of_this_training(val_loss, train_loss).finite()) < EVALUATIONS:
        return None
    val, best, low, end = lowest_and_end(val)
    first, last, (before, after) = int(val.steps[0]), int(val.steps[-1]), around(train_loss, best)
    excess = end.value / low.value - 1 if low.value > 0 else 0.0
    if excess < WORSE or low.below(end) < sigmas / 2 or best - first > EARLY * (last - first) or not after >= before:
        return None
    return Finding(
        f"Both losses are worse than they were at step {best}: validation loss rose by {percent(excess)}, from {low.value:.3g} to "
        f"{end.value:.3g} at step {last}, and training loss went from {before:.3g} to {after:.3g}.",
        (
            Evidence("val_loss", best, last, "rise above its minimum", excess, WORSE),
            Evidence("train_loss", best, last, "rise over the same steps", after / max(before, 1e-300) - 1, 0.0),
        ),
        confidence=0.75,
    )
