"""Times of day as logs have them, numbers or dates, in seconds since 1970."""

import re
from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime

import numpy as np

TIMES = (1e9, 1e11)  # seconds, from 2001 on; above are milliseconds, or finer
STAMP = re.compile(rb"(\d{4})[-/](\d\d)[-/](\d\d)[ T_]+(\d\d):(\d\d):(\d\d)|(\d\d)/(\d\d)/(\d{4}) (\d\d):(\d\d):(\d\d)")


def in_seconds(times: np.ndarray) -> np.ndarray:
    """The times, shape (n,), of which the latest tells whether they were counted in thousandths of a second, or in thousandths of these."""
    times = times.astype(float)
    told = times[np.isfinite(times)]
    latest = told.max() if len(told) else 0.0
    while latest > TIMES[1]:
        times, latest = times / 1000, latest / 1000
    return times


def clock(cells: Iterable) -> np.ndarray | None:
    """Seconds since 1970, shape (n,), NaN where a cell tells none; None where these are no times of day."""
    try:
        numeric = isinstance(cells, np.ndarray) and cells.dtype.kind in "fiu"
        times = np.asarray(cells if numeric else [_of_cell(cell) for cell in cells], float)
    except (ValueError, OverflowError, TypeError, OSError):
        return None
    times = np.where(times > TIMES[1], times / 1000, times)
    told = times[np.isfinite(times)]
    return times if len(told) and TIMES[0] < told.min() and told.max() < TIMES[1] else None


def _of_cell(cell) -> float:
    """A number as it is, and a date as seconds.

    Raises
    ------
    ValueError, TypeError, OverflowError, OSError
        It is neither, or a day that this machine's clock does not know.
    """
    if cell is None or (isinstance(cell, str) and not cell.strip()):
        return np.nan
    try:
        return float(cell)
    except ValueError:
        return datetime.fromisoformat(cell.strip()).timestamp()


def of_stamp(stamp: re.Match) -> float:
    """Seconds of a `STAMP`, taken for this machine's local time; NaN where there is no such day."""
    a, b, c, hour, minute, second = (int(n) for n in stamp.groups() if n)
    year, month, day = (a, b, c) if a > 31 else (c, a, b)
    with suppress(ValueError, OverflowError):
        return datetime(year, month, day, hour, minute, second).timestamp()
    return np.nan
