"""A loss that rose and then is one number to its last digit: the weights went where no gradient comes from."""

import numpy as np

from advisor.anchors.standing_still import one_number_since
from advisor.finding import Evidence, Finding
from advisor.scalar import Scalar

LEAST, SAME = 3, 1e-6  # points; of itself: what 32 bits can hardly tell apart
ABOVE = 1.05  # times the first
FEWEST = 2  # points at the one number that says it by itself
SMALLEST, NEAR = float(-np.log(np.finfo(np.float32).tiny)), 1e-5  # 87.3365, where a softmax in 32 bits gives its target no more; of itself


def stuck_at_a_height(train_loss: Scalar) -> Finding | None:
    """The last points, half of all at least, are one number above the first; printed to more digits than three."""
    values = train_loss.values
    if len(values) < LEAST or not np.isfinite(values).all() or (last := float(values[-1])) == float(f"{last:.3g}"):
        return None
    since = one_number_since(values, last, SAME)
    if not since or len(values) - since < max(LEAST, len(values) / 2) or values[0] <= 0 or last < ABOVE * values[0]:
        return None
    step, end, times = int(train_loss.steps[since]), int(train_loss.steps[-1]), last / float(values[0])
    return Finding(
        f"Training loss rose from {values[0]:.4g} to {last:.6g} by step {step} and is that number to its last digit ever since, to step "
        f"{end}{_of_a_softmax(last)}: nothing was trained any more.",
        (Evidence("train_loss", step, end, "the number it stands at over its first", times, ABOVE),),
        level="error",
        confidence=0.95,
    )


def nothing_left(train_loss: Scalar) -> Finding | None:
    """The last points, of however few, are the loss of a softmax in 32 bits that leaves its target nothing."""
    values = train_loss.values
    alike = np.abs(values / SMALLEST - 1) < NEAR
    since = int(np.flatnonzero(~alike)[-1]) + 1 if not alike.all() else 0
    if len(values) - since < FEWEST:
        return None
    step, end = int(train_loss.steps[since]), int(train_loss.steps[-1])
    return Finding(
        f"Training loss is {values[-1]:.6g} from step {step} to {end}{_of_a_softmax(float(values[-1]))}: the weights are lost, and nothing "
        "is trained any more.",
        (Evidence("train_loss", step, end, "loss of a softmax that leaves its target nothing", float(values[-1]), SMALLEST),),
        level="error",
        confidence=0.95,
    )


def _of_a_softmax(value: float) -> str:
    times = round(value / SMALLEST)
    if not times or abs(value / (times * SMALLEST) - 1) > NEAR:
        return ""
    return f", {f'{times} times ' if times > 1 else ''}-log of the smallest 32-bit number, as of a softmax that leaves its target nothing"
