"""What holds for any loss, also for those of a game: one that ended as NaN or infinity is lost, whatever it measures."""

import re
from collections.abc import Iterator

import numpy as np

from advisor.finding import Evidence, Finding
from advisor.run import Run
from advisor.scalar import Scalar
from advisor.signals.probe_tags import of_a_probe
from advisor.signals.tags import spelled
from advisor.statistics.curve_shape import CannotTell

LOSS = re.compile(r"_loss(?:es)?_")
ENDS = 2  # values that are not finite, in a row to the last: one alone may be an average over nothing


def broken_losses(run: Run) -> Iterator[Finding]:
    """One finding, where any loss of the run ended as NaN or infinity: that which did so first.

    Raises
    ------
    CannotTell
        No loss was logged.
    """
    losses = [s for tag, s in run.scalars.items() if len(s) and not of_a_probe(tag) and LOSS.search(spelled(tag))]
    if not losses:
        raise CannotTell("no loss was logged")
    broken = [s for s in losses if trailing(s) >= min(ENDS, len(s)) and (len(s) > 1 or len(losses) == 1)]
    if not broken:
        return
    first = min(broken, key=lambda s: s.steps[-trailing(s)])
    since, last = int(first.steps[-trailing(first)]), int(first.steps[-1])
    more = f" ({len(broken)} of {len(losses)} losses ended so)" if len(broken) > 1 else ""
    yield Finding(
        f"{first.tag or 'A loss'} was NaN or infinite from step {since} to step {last}, its last{more}: nothing after that was trained.",
        (Evidence("train_loss", since, last, "values that are not finite, in a row", float(trailing(first)), tag=first.tag),),
        level="error",
        confidence=0.95,
    )


def trailing(curve: Scalar) -> int:
    """How many values at the end of a curve are not finite."""
    finite = np.flatnonzero(np.isfinite(curve.values))
    return len(curve) - 1 - int(finite[-1]) if len(finite) else len(curve)
