"""The losses of batches that a script printed without a word, below a line that names their epoch: "Epoch 3", and bare numbers."""

import re
from pathlib import Path

import numpy as np

from advisor.reading.log import Log
from advisor.reading.tables.in_order import follow_each_other
from advisor.scalar import scalar

NAME = "numbers-below-epochs"
BESIDE = True
LAST_RESORT = True  # it counts only where no other log gave any curve
SUFFIXES = {".txt", ".log", ".out"}
LARGEST = 32 << 20  # bytes
HEAD = 1 << 14  # bytes that tell whether it is such a file
FEW = 20  # numbers that are a curve
ODD = 20  # times as many numbers as there may be lines of another kind
QUARTER = 4
HEADING = re.compile(r"\W*epoch\W{0,3}\d+(?:\W{0,3}\d+)?\W*", re.IGNORECASE)
NUMBER = re.compile(r"\d+\.\d+(?:[eE][-+]?\d+)?|nan|inf", re.IGNORECASE)


def sniff(path: Path) -> bool:
    """It begins with a line that names an epoch, and numbers follow, one a line, that follow each other and fall."""
    if path.suffix.lower() not in SUFFIXES or not path.is_file() or (path.stat().st_size or 0) > LARGEST:
        return False
    try:
        with path.open("rb") as file:
            start = file.read(HEAD).decode("utf-8", "replace")
    except OSError:
        return False
    return bool(len(_values(start.rpartition("\n")[0])))


def read(path: Path, earlier: Log | None = None) -> Log:
    """The numbers as a training loss, counted from the first on.

    Raises
    ------
    OSError
        The file could not be opened or read.
    """
    values = _values(path.read_text(encoding="utf-8", errors="replace").rpartition("\n")[0])
    if not len(values):
        return Log(path, lost=(f"{path.name} does not go on as the numbers that it begins with",))
    note = f"{path.name} says of no number what it is: those below its epochs were taken for the training loss, and counted"
    return Log(path, {"loss": scalar(np.arange(len(values)), values, tag="loss")}, lost=(note,))


def _values(text: str) -> np.ndarray:
    """The numbers that stand alone in a line, shape (n,); none where other lines than epochs are many, or they fall no further.

    What stands before the first epoch is passed over: it may be anything.
    """
    lines = [line for line in map(str.strip, text.splitlines()) if line]
    first = next((i for i, line in enumerate(lines[:FEW]) if HEADING.fullmatch(line)), len(lines))
    told = [line for line in lines[first:] if not HEADING.fullmatch(line)]
    values = np.array([float(line) for line in told if NUMBER.fullmatch(line)])
    finite = values[np.isfinite(values)]
    if len(values) < FEW or (len(told) - len(values)) * ODD > len(values) or not follow_each_other(values, FEW - 1):
        return np.array([])
    part = max(1, len(finite) // QUARTER)
    return values if np.median(finite[-part:]) < np.median(finite[:part]) else np.array([])
