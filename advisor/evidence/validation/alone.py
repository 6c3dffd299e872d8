"""A validation loss or score beside which no training loss was logged: what can be said of the training all the same."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from advisor.anchors.no_number import non_finite
from advisor.evidence.levels.blown_up import score_lost, thrown_up_alone
from advisor.finding import Finding
from advisor.scalar import Scalar
from advisor.statistics.curve_shape import CannotTell
from advisor.wording import LOSSES

ENDS = 2  # evaluations that give no number, in a row to the last: one alone may be an average over nothing


def broken_alone(val_loss: Scalar | None, val_accuracy: Scalar | None) -> Iterator[Finding]:
    """It ended as no number, or was thrown up at once, or, where no loss was logged, what a score had gained was lost.

    Raises
    ------
    CannotTell
        Nothing of it shows.
    """
    found = score_lost(val_accuracy) if val_loss is None else _no_number(val_loss) or thrown_up_alone(val_loss)
    if found is None:
        raise CannotTell("no train_loss was logged")
    yield found


def _no_number(val_loss: Scalar) -> Finding | None:
    late = ~np.isfinite(val_loss.values[-ENDS:])
    return of_validation(non_finite(val_loss)) if len(late) and late.all() else None


def of_validation(finding: Finding) -> Finding:
    """What was found in a training loss, told of the validation loss that stood in its place."""
    evidence = tuple(replace(e, signal="val_loss") if e.signal == "train_loss" else e for e in finding.evidence)
    return replace(finding, message=finding.message.replace(LOSSES["train_loss"], LOSSES["val_loss"]), evidence=evidence)
