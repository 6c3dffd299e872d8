"""A curve in words, for who cannot see it."""

from advisor.scalar import Scalar
from advisor.wording import clean, number


def words(name: str, curve: Scalar) -> str:
    """How it began and ended, its ends and where they lie, and how much of it is lost."""
    name, finite = clean(name), curve.finite()
    if not len(finite):
        return f"{name} is never a finite number."
    low, high = int(finite.values.argmin()), int(finite.values.argmax())
    value, at = {i: number(float(finite.values[i])) for i in (0, -1, low, high)}, finite.steps
    gone = f"; {len(curve) - len(finite)} of {len(curve)} points are NaN or infinite." if len(finite) < len(curve) else "."
    if finite.values[low] == finite.values[high]:
        return f"{name} was {value[0]} from step {at[0]} to step {at[-1]}{gone}"
    said = f"{name} went from {value[0]} at step {at[0]} to {value[-1]} at step {at[-1]}"
    return said + f", lowest {value[low]} at step {at[low]}, highest {value[high]} at step {at[high]}{gone}"
