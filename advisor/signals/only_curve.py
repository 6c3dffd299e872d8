"""A run of one curve, of which no name says what it is: the training loss, if it moves as none but a loss does."""

from collections.abc import Mapping

import numpy as np

from advisor.scalar import Scalar
from advisor.signals.probe_tags import of_a_probe
from advisor.signals.tags import Meaning

POINTS = 25  # fewer may move in any way by chance
FALL = 0.2  # of its start
UNEVEN = 0.1  # of its moves go up: a schedule, a temperature or a clock runs evenly


def only_curve(scalars: Mapping[str, Scalar]) -> list[tuple[Meaning, Scalar]]:
    """The one curve as a training loss: positive, not within 0 and 1 as shares and settings are, and unevenly falling; empty otherwise."""
    curves = [curve for tag, curve in scalars.items() if not of_a_probe(tag)]
    if len(curves) != 1 or len(values := curves[0].finite().values) < POINTS or values.min() <= 0 or values.max() <= 1:
        return []
    few, moves = len(values) // 10, np.diff(values)
    fell = np.median(values[-few:]) <= (1 - FALL) * np.median(values[:few])
    uneven = (moves > 0).mean() >= UNEVEN and bool((values % 1).any())
    return [(Meaning("loss", "train"), curves[0])] if fell and uneven else []
