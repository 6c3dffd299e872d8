"""What holds for any loss, also for those of a game: one that ended as NaN or infinity is lost, whatever it measures."""

import re
from collections.abc import Iterator

import numpy as np

from advisor.finding import Evidence, Finding
from advisor.run import Run
from advisor.scalar import Line, Scalar
from advisor.signals.probe_tags import of_a_probe
from advisor.signals.tags import spelled
from advisor.statistics.curve_shape import CannotTell

LOSS = re.compile(r"_loss(?:es)?_")
SKIPPED = re.compile(r"\b(?:skip|ignor|reduc)|scaler|loss scale", re.IGNORECASE)
LOST = "scale-lost"  # the kind of a line
ENDS = 2  # values that are not finite, in a row to the last: one alone may be an average over nothing


def broken_losses(run: Run) -> Iterator[Finding]:
    """One finding, where any loss of the run ended as NaN or infinity, that which did so first; or where a text alone says so.

    Raises
    ------
    CannotTell
        No loss was logged.
    """
    losses = losses_of(run)
    if line := said_alone(run):
        where = f"{line.path} line {line.number}: {line.text}"
        what = "Gradients overflowed until the loss was scaled by next to nothing" if line.kind == LOST else "The loss was NaN or infinite"
        message = f"{what}, as a text says that holds no curve ({where})."
        yield Finding(message, (Evidence("lines", 0, 0, where, 1.0),), level="error", confidence=0.9)
        return
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


def losses_of(run: Run) -> list[Scalar]:
    """Every loss with a point, whatever it measures."""
    return [s.within_bounds() for tag, s in run.scalars.items() if len(s) and not of_a_probe(tag) and LOSS.search(spelled(tag))]


def said_alone(run: Run) -> Line | None:
    """The last line that says that the loss is no number, where no loss was logged that could show it; None of a step that was skipped."""
    if run.signal("train_loss") is not None or losses_of(run):
        return None
    told = [line for line in run.signal("lines") or () if line.kind == LOST or (line.kind == "nan" and not SKIPPED.search(line.text))]
    return told[-1] if told else None


def trailing(curve: Scalar) -> int:
    """How many values at the end of a curve are not finite."""
    finite = np.flatnonzero(np.isfinite(curve.values))
    return len(curve) - 1 - int(finite[-1]) if len(finite) else len(curve)
