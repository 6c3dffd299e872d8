"""What is left of a policy's entropy at the end of a run."""

from advisor.scalar import Scalar
from advisor.statistics.curve_shape import level

NEGATIVE = -1e-6  # nats: below it the actions are continuous, and zero is no end


def of_choices(entropy: Scalar | None) -> Scalar | None:
    """Its finite points, where it is one of choices, which is never negative; None of continuous actions and where there are none."""
    found = None if entropy is None else entropy.finite()
    return found if found is not None and len(found) and found.values.min() >= NEGATIVE else None


def at_both_ends(entropy: Scalar, first: float = 0.05) -> tuple[float, float]:
    """Its levels over the first share of the run and over the last tenth, in its own unit."""
    return level(entropy, 0, first).value, level(entropy, 0.9, 1).value


def left(entropy: Scalar) -> float:
    """The entropy at the end over that at first."""
    first, end = at_both_ends(entropy)
    return end / max(first, 1e-300)
