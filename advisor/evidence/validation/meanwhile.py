"""What the training loss did while the validation loss did not fall: the other half of what shows overfitting."""

from advisor.finding import Evidence


def fell_meanwhile(first: int, last: int, before: float, after: float, threshold: float = 0.0) -> Evidence:
    """The share of it that the training loss lost from the one step to the other, at which it was `before` and `after`."""
    return Evidence("train_loss", first, last, "fall over the same steps", (before - after) / max(abs(before), 1e-300), threshold)
