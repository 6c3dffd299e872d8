"""Whether a log begins where its training began: a tail, a rotated file and a resumed run in a new file do not."""

from typing import Any

import numpy as np

from advisor.run import Run
from advisor.scalar import Scalar
from advisor.signals.probe_tags import of_a_probe

SPACINGS = 2.5  # between two points: a first point that lies further behind 0 is no first one, however the counter begins
SHARE = 0.02  # of all steps up to the last: fewer that are missing are no matter
TIMES = 10**9  # steps beyond this are seconds since 1970, and tell nothing
FEW = 3  # points: with fewer a curve tells no spacing; and epochs: a log of one or two that begins with so many before it begins late


def counts_of(run: Run) -> list[np.ndarray]:
    """The steps, each once and rising, of every curve with enough of them to tell where the log begins; of curves that share them, once."""
    shared = {id(curve.steps): curve.steps for tag, curve in run.scalars.items() if not of_a_probe(tag)}
    counts = (steps if (np.diff(steps) > 0).all() else np.unique(steps) for steps in shared.values())
    return [steps for steps in counts if len(steps) >= FEW]


def first_step(counts: list[np.ndarray]) -> int | None:
    """The step at which the log begins, by the curve that begins first; None where no curve tells."""
    return min((int(steps[0]) for steps in counts), default=None)


def begins(counts: list[np.ndarray], epoch: Any) -> bool | None:
    """Whether the log begins at the beginning of its training, by what its curves and its epochs count; None where nothing tells."""
    late = [begins_late(steps) for steps in counts]
    if not late or None in late:
        return None
    first = min(steps[0] for steps in counts)  # where one that is logged seldom begins within its spacing tells less than where others do
    return not (all(is_late for steps, is_late in zip(counts, late, strict=True) if steps[0] == first) or epoch_begins_late(epoch))


def begins_late(counts: np.ndarray) -> bool | None:
    """Whether counts that rise, shape (n,), begin many spacings after 0 and miss a share of all that matters; None of times of day."""
    if counts[0] >= TIMES:
        return None
    spacing = float(np.median(np.diff(counts)[: len(counts) // 2 + 1]))
    return bool(counts[0] > SPACINGS * spacing and counts[0] > SHARE * counts[-1])


def epoch_begins_late(epoch: Any) -> bool:
    """Whether the epochs that were logged begin late, though steps may have been counted from 0 again."""
    if not isinstance(epoch, Scalar) or len(epoch.finite()) < FEW:
        return False
    if len(values := np.unique(epoch.finite().values)) < FEW:
        return bool(values[0] >= FEW)
    return bool(begins_late(values)) and values[0] > 1
