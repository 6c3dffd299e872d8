"""What the training loss and the score did while the validation loss did not fall: the other half of what shows overfitting."""

from advisor.anchors.scores import errors_gone
from advisor.finding import Evidence
from advisor.scalar import Scalar


def fell_meanwhile(first: int, last: int, before: float, after: float, threshold: float = 0.0) -> Evidence:
    """The share of it that the training loss lost from the one step to the other, at which it was `before` and `after`."""
    return Evidence("train_loss", first, last, "fall over the same steps", (before - after) / max(abs(before), 1e-300), threshold)


def eased(val_accuracy: Scalar | None, since: int, better: float) -> bool:
    """Whether a score took away `better` of the errors since: then the model grew overconfident rather than worse."""
    gone = None if val_accuracy is None else errors_gone(val_accuracy, since)
    return gone is not None and gone >= better
