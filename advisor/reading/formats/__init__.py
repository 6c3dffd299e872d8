"""One log format a file: `NAME`, `sniff(path) -> bool` and `read(path, earlier=None) -> Log`.

`sniff` raises OSError where the file may well be a log and cannot be read.

A format knows files, not runs: what several files together mean is decided in advisor/reading/joining/folder_runs.py. A format whose
`BESIDE` is true says something only beside a run: a folder that holds nothing else is no run, unless the format's `LAST_RESORT` is true,
for then its curves count where no other log gave any (advisor/reading/joining/text_fallback.py). `earlier` is what a former `read` of the
same, since grown file gave: a format that can then reads only the bytes that are new, and gives the whole Log all the same. A format with
checksums has `read` take `verify` too; one whose files lie in folders below their run's has `home(path)`, the run's folder by the path
alone.
"""

import contextlib
import importlib
import pkgutil
from functools import cache
from pathlib import Path
from types import ModuleType

from advisor.faults import PASSED_ON, UnreadableError, contained
from advisor.reading.storage.git_lfs import is_pointer


@cache
def formats() -> tuple[ModuleType, ...]:
    """Every module of this folder."""
    return tuple(importlib.import_module(f"{__name__}.{m.name}") for m in pkgutil.iter_modules(__path__))


def format_of(path: Path) -> ModuleType | None:
    """The format that knows a file, None where none does; one that fails on it gives way to the others.

    Raises
    ------
    OSError
        It cannot be looked into; or none knows it, and that may be for a fault of ours.
    """
    fault = None
    for known in formats():
        with contained(known.NAME, but=(*PASSED_ON, OSError)) as outcome:
            if known.sniff(path):
                return known
        fault = fault or outcome.fault
    if fault:
        raise UnreadableError(str(fault))
    return None


def is_log(path: Path) -> bool:
    """Whether a file is a log, or would be if it could be read."""
    try:
        known = format_of(path)
        return is_pointer(path) or (known is not None and not known.BESIDE)
    except OSError:
        return True


def is_text(path: Path) -> bool:
    """Whether a file is text whose curves count where nothing else was logged."""
    with contextlib.suppress(OSError):
        return getattr(format_of(path), "LAST_RESORT", False)
    return False
