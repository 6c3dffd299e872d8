"""What one file holds, whatever its format."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

from advisor.scalar import FARTHEST, Histogram, Line, Scalar


@dataclass(frozen=True)
class Log:
    """What one file holds.

    `started` is when its writer opened it (seconds since the epoch, 0.0 where the format has no clock); `purged_from` is the step from
    which it replaces what earlier files of the same run logged, None where it says nothing; `lost` has a sentence for each damaged
    place; `home` is the folder of the run this is a part of, None where that is the folder the file lies in, and `others` are the logs
    of more runs in the same file; `unsure` are curves over rising steps of which no name says what they are; `rest` is what its format
    needs to read on where it stopped, and nobody else's business; `format` is the format's NAME, stamped by whoever read the file.
    """

    path: Path
    scalars: Mapping[str, Scalar] = field(default_factory=dict)
    histograms: Mapping[str, Histogram] = field(default_factory=dict)
    hparams: Mapping[str, Any] = field(default_factory=dict)
    lines: tuple[Line, ...] = ()
    lost: tuple[str, ...] = ()
    started: float = 0.0
    purged_from: int | None = None
    home: Path | None = None
    others: "tuple[Log, ...]" = ()
    unsure: Mapping[str, Scalar] = field(default_factory=dict)
    rest: Any = None
    format: str = ""


def sound(log: Log) -> Log:
    """The log without the points that stand at no step anything counts to, which is told; times that are infinite are none."""
    scalars = {tag: _with_times(curve) for tag, curve in log.scalars.items()}
    near = {tag: _near(curve) for tag, curve in scalars.items()}
    histograms = {tag: _near(histogram) for tag, histogram in log.histograms.items()}
    left_out = _points(log.scalars) + _points(log.histograms) - _points(near) - _points(histograms)
    said = f"{log.path.name}: {left_out} points at steps beyond {FARTHEST:.0e} were not used"
    kept = {tag: curve for tag, curve in near.items() if len(curve)}
    told = {tag: histogram for tag, histogram in histograms.items() if len(histogram)}
    return replace(log, scalars=kept, histograms=told, lost=(*log.lost, *[said] * bool(left_out)))


def _points(curves: Mapping[str, Scalar] | Mapping[str, Histogram]) -> int:
    return sum(len(curve) for curve in curves.values())


def _with_times(curve: Scalar) -> Scalar:
    return replace(curve, wall=np.where(np.isinf(curve.wall), np.nan, curve.wall)) if np.isinf(curve.wall).any() else curve


def _near(curve):
    """The points at steps that can be; the steps ascend."""
    if not len(curve) or (curve.steps[0] >= -FARTHEST and curve.steps[-1] <= FARTHEST):
        return curve
    return curve[(curve.steps >= -FARTHEST) & (curve.steps <= FARTHEST)]
