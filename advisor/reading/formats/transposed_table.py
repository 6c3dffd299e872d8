"""A table that lies on its side: a line a curve, its name in front, as a data frame with an epoch a column is written."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from advisor.reading.log import Log
from advisor.reading.storage.text_file import opened, whole_text
from advisor.reading.tables.cells import numbers, parted
from advisor.reading.tables.in_order import follow_each_other
from advisor.reading.tables.step_axis import counters, plain
from advisor.scalar import Scalar, scalar
from advisor.signals.tags import meaning

NAME = "transposed-table"
BESIDE = False
SUFFIXES = {".csv", ".tsv", ".txt", ".dat"}
LARGEST = 16 << 20  # bytes; what is larger is somebody's data
MOST = 500  # lines, each of them a curve
FEW = 3  # numbers in a line
START = 1 << 12  # bytes that tell whether it may be such a file


def sniff(path: Path) -> bool:
    """Above names and numbers a line of counts or none, and among the names a loss that moves as one does."""
    if path.suffix.lower() not in SUFFIXES or not path.is_file() or (path.stat().st_size or 0) > LARGEST:
        return False
    try:
        with opened(path) as file:
            return _may_be(file.read(START).decode("utf-8", "replace")) and bool(_curves(path))
    except OSError:
        return False


def read(path: Path, earlier: Log | None = None) -> Log:
    """A curve of each line of numbers, over the counts of the first where that has some.

    Raises
    ------
    OSError
        The file could not be opened or read.
    """
    return Log(path, {curve.tag: curve for curve in _curves(path)})


def _may_be(start: str) -> bool:
    """Whether these first lines, the last of which may be cut, do not show that it is another file."""
    return all(
        len(numbers([line.partition(mark)[0].strip(' "')])[1]) == 0 for mark in [_mark(start)] for line in start.split("\n")[:-1] if line
    )


def _mark(text: str) -> str:
    first = text.partition("\n")[0]
    return max(",\t;", key=first.count)


def _curves(path: Path) -> list[Scalar]:
    """The curves; none where this is no such table."""
    text = whole_text(path)
    rows = [parted(line, _mark(text)) for line in text.splitlines() if line.strip()]
    if not 1 < len(rows) <= MOST or len({len(row) for row in rows}) != 1 or len(rows[0]) <= FEW:
        return []
    steps = _counts(rows[0])
    if steps is None and not meaning(rows[0][0]):
        return []
    curves = [*_named(rows if steps is None else rows[1:], np.arange(len(rows[0]) - 1) if steps is None else steps)]
    whole = len(curves) == len(rows) - (steps is not None)
    return curves if whole and _is_of_a_training(curves) else []


def _counts(row: list[str]) -> np.ndarray | None:
    """The counts that a first line holds behind an empty cell or the name of a counter, shape (n,); None where it holds none."""
    rows, found = numbers(row[1:])
    counts = rows is None and not (found % 1).any() and found[0] >= 0 and bool((np.diff(found) > 0).all())
    return found if counts and (plain(row[0]) in ("", "unnamed_0", "index") or counters(row[:1])) else None


def _named(rows: list[list[str]], steps: np.ndarray) -> Iterator[Scalar]:
    for name, *cells in rows:
        at, values = numbers(cells)
        if name.strip() and len(values) >= FEW:
            yield scalar(steps if at is None else steps[at], values, tag=name.strip())


def _is_of_a_training(curves: list[Scalar]) -> bool:
    """Whether a loss is among the curves and, where it stands alone, its numbers follow each other: those of several models do not."""
    losses = [curve for curve in curves if (said := meaning(curve.tag)) and said.quantity == "loss"]
    return len(losses) > 1 or any(follow_each_other(curve.values, FEW) for curve in losses)
