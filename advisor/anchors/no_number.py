"""A training loss that is no number, whatever it was before: what is said of it, and of a program that ended itself over it."""

import re

import numpy as np

from advisor.finding import Evidence, Finding
from advisor.scalar import Line, Scalar
from advisor.wording import percent

STOPPED = re.compile(r"stopp|abort|exiting|terminat|Error: ", re.IGNORECASE)
ENORMOUS = 1e4  # times its start: from there a loss does not come back to exactly 0 by learning
SCALE = re.compile(r"loss scale", re.IGNORECASE)
NO_NUMBER = re.compile(r"\bloss\b.{0,40}\b(?:nan|infinite|inf|not finite|non-finite)\b", re.IGNORECASE)


def non_finite(train_loss: Scalar) -> Finding:
    """The loss ends as NaN or infinity: since when, and what it was before."""
    bad = ~np.isfinite(train_loss.values)
    since = len(bad) - int(np.argmin(bad[::-1])) if not bad.all() else 0
    step, last = int(train_loss.steps[since]), int(train_loss.steps[-1])
    word = "NaN" if np.isnan(train_loss.values[-1]) else "infinite"
    if since == 0:
        unseen = "no step ever trained" if step <= 1 else "what it was before was not logged"
        message = f"Training loss is {word} from its first point (step {step}) on: {unseen}."
    else:
        before, at = train_loss.values[since - 1], int(train_loss.steps[since - 1])
        message = (
            f"Training loss became {word} at step {step}, after {before:.3g} at step {at}; from there to step {last} nothing was trained."
        )
    return Finding(
        message,
        (Evidence("train_loss", step, last, "points that are not finite", float(bad[since:].sum())),),
        level="error",
        confidence=1.0,  # it is seen, and not inferred
    )


def overflowed(train_loss: Scalar, share: float, infinite: float) -> Finding:
    """Most of the losses were infinite, although the last is a number."""
    first, last = int(train_loss.steps[0]), int(train_loss.steps[-1])
    return Finding(
        f"Training loss was infinite at {percent(share)} of its points (steps {first} to {last}), ending at {train_loss.values[-1]:.3g}.",
        (Evidence("train_loss", first, last, "share of the points that are infinite", share, infinite),),
        level="error",
        confidence=0.95,
    )


def lost_at_a_height(train_loss: Scalar) -> Finding | None:
    """A loss that rose beyond every bound and then reads exactly 0: weights that overflowed answer anything."""
    finite = train_loss.finite()
    if not len(finite) or finite.values[-1] != 0 or not np.abs(finite.values).max() > ENORMOUS * max(abs(float(finite.values[0])), 1.0):
        return None
    top, last = int(finite.steps[np.abs(finite.values).argmax()]), int(finite.steps[-1])
    rise = float(np.abs(finite.values).max() / max(abs(float(finite.values[0])), 1e-300))
    since = int(finite.steps[np.flatnonzero(finite.values)[-1]])
    return Finding(
        f"Training loss rose from {finite.values[0]:.3g} to {np.abs(finite.values).max():.3g} by step {top} and reads exactly 0 after "
        f"step {since}, to step {last}: the weights overflowed, and nothing was learned.",
        (Evidence("train_loss", int(finite.steps[0]), top, "highest level over the start", rise, ENORMOUS),),
        level="error",
        confidence=0.97,
    )


def says_nan(line: Line) -> bool:
    """Whether a line says that the program ended itself over a loss that was no number."""
    return STOPPED.search(line.text) is not None and (line.kind == "nan" or NO_NUMBER.search(line.text) is not None)


def stopped(train_loss: Scalar, line: Line) -> Finding:
    """The program ended itself when the loss was no number, and logged it no more."""
    last, value = int(train_loss.steps[-1]), train_loss.values[-1]
    where = f"{line.path} line {line.number}: {line.text}"
    why = "every gradient overflowed, down to the smallest loss scale" if SCALE.search(line.text) else "it was NaN or infinite"
    return Finding(
        f"Training stopped after step {last}, where its loss was {value:.3g}, because {why} ({where}).",
        (Evidence("lines", last, last, where, 1.0),),
        level="error",
        confidence=0.95,
    )
