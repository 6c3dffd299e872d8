"""Both sides of the first pair: their reports, their curves, and these drawn on the same axes."""

import numpy as np

from advisor.render.figure import labelled_rows, logarithmic
from advisor.scalar import Scalar
from probes.trying.outcome import Outcome
from probes.trying.seen import Seen

FIGURE, HEIGHT, SCALE = 60, 4, 12
SIDES = ("as it is", "changed")


def arms(outcome: Outcome) -> dict[str, Scalar]:
    """The curve of each side of the first pair that has one of two points or more: of validation where the score is of that."""
    found = {name: side_curve(outcome, side) for name, side in sides(outcome)}
    return {name: curve for name, curve in found.items() if curve is not None and len(curve) > 1}


def sides(outcome: Outcome) -> list[tuple[str, Seen]]:
    """Both sides of the first pair, by their names."""
    return [*zip(SIDES, (outcome.pairs[0].as_it_is, outcome.pairs[0].changed), strict=True)] if outcome.pairs else []


def side_curve(outcome: Outcome, side: Seen) -> Scalar | None:
    """The curve that the score is of, else the training loss."""
    return (side.curve("val_loss") if outcome.measured_on != "training" else None) or side.curve("train_loss")


def curves(outcome: Outcome) -> list[str]:
    """Both sides of the first pair, on the same axes of steps."""
    lines: list[str] = []
    known = arms(outcome)
    for name, side in sides(outcome):
        if name not in known:
            lines.append(f"  {name}: {side.training.ended.failure or 'no curve'}")
            continue
        curve = known[name]
        log = logarithmic(curve.finite().values)
        what = "Training" if outcome.measured_on == "training" else "Validation"
        lines.append(f"  {what} loss {name}, steps {curve.steps[0]} to {curve.steps[-1]}{', log scale' if log else ''}")
        rows = labelled_rows(np.asarray(curve.steps, float), curve.values, FIGURE, HEIGHT, log)
        lines += [f"{label:>{SCALE}} {row}".rstrip() for label, row in rows]
    return lines
