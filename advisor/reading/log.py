"""What one file holds, whatever its format."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from advisor.scalar import Histogram, Line, Scalar


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
