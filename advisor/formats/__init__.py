"""One log format a file: `NAME`, `sniff(path) -> bool` and `read(path, earlier=None) -> Log`.

A format knows files, not runs: what several files together mean is decided in advisor/sessions.py. A format whose `BESIDE` is true says
something only beside a run: a folder that holds nothing else is no run, unless the format's `LAST_RESORT` is true, for then its curves
count where no other log gave any (advisor/last_resort.py). `earlier` is what a former `read` of the same, since grown file gave: a format
that can then reads only the bytes that are new, and gives the whole Log all the same. A format with checksums has `read` take
`verify` too; one whose files lie in folders below their run's has `home(path)`, the run's folder by the path alone.
"""

import importlib
import pkgutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

from advisor.scalar import Histogram, Line, Scalar


@dataclass(frozen=True)
class Log:
    """What one file holds.

    `started` is when its writer opened it (seconds since the epoch, 0.0 where the format has no clock); `purged_from` is the step from
    which it replaces what earlier files of the same run logged, None where it says nothing; `lost` has a sentence for each damaged place;
    `home` is the folder of the run this is a part of, None where that is the folder the file lies in, and `others` are the logs of more
    runs in the same file; `rest` is what its format needs to read on where it stopped, and nobody else's business; `format` is the
    format's NAME, stamped by whoever read the file.
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
    rest: Any = None
    format: str = ""


@cache
def formats() -> tuple[ModuleType, ...]:
    """Every module of this folder."""
    return tuple(importlib.import_module(f"{__name__}.{m.name}") for m in pkgutil.iter_modules(__path__))
