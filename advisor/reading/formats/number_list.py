"""One curve that a script saved as bare numbers, in a file named by what they are: train_loss.txt, val_acc.csv, losses.txt."""

import re
from pathlib import Path
from statistics import mode

import numpy as np

from advisor.reading.log import Log
from advisor.reading.storage.last_line import LOOKED_AT, is_whole, unread_end
from advisor.scalar import Scalar, scalar
from advisor.signals.tags import meaning, spelled

NAME = "number-list"
BESIDE = True
LAST_RESORT = True  # it counts only where no other log gave any curve
SUFFIXES = {".txt", ".csv", ".tsv", ".dat", ".log", ".out"}
LARGEST = 32 << 20  # bytes; what is larger is somebody's data
HEAD = 1 << 12  # bytes that tell whether it is such a file
ODD = 5  # times as many lines as there may be that hold something else
FEW = 5  # numbers that are a curve
BARE = re.compile(rb"[\s\d.,;eE+\-\[\]()naifty]*")
NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*(?:[eE][-+]?\d+)?|\.\d+(?:[eE][-+]?\d+)?|nan|inf(?:inity)?)", re.IGNORECASE)
REWARDS = re.compile(r"^_(?:(?:epoch|episode|total|mean|average|avg|train|eval)_)*(?:rewards?|returns?)_$")
COLLECTION = re.compile(
    r"(?i)(?:^|[_\-. ])(?:history|hist|list|curve|curves|record|records|array|data|values?|all|per|epochs?)(?=$|[_\-. ])"
)


def sniff(path: Path) -> bool:
    """A name that says no more than a loss, a score or a reward, and numbers alone."""
    if path.suffix.lower() not in SUFFIXES or not _tag(path) or not path.is_file() or (path.stat().st_size or 0) > LARGEST:
        return False
    try:
        with path.open("rb") as file:
            head = file.read(HEAD)
    except OSError:
        return False
    return _curve(_rows(head)[0], "") is not None


def read(path: Path, earlier: Log | None = None) -> Log:
    """The curve, over the count in its first column, or over the count of its numbers.

    Raises
    ------
    OSError
        The file could not be opened or read.
    """
    data = path.read_bytes()
    end = data.rfind(b"\n") + 1 or len(data)  # where all stand in one line, nothing ends it
    whole = data if is_whole(data[end:], data[:end][-LOOKED_AT:]) else data[:end]
    rows, odd = _rows(whole)
    curve = _curve(rows, _tag(path))
    if curve is None:
        return Log(path, lost=(f"{path.name} does not go on as the numbers that it begins with",))
    cut = unread_end(path.name)
    others = f"{path.name}: {odd} lines hold something else than numbers and were not used"
    return Log(path, {curve.tag: curve}, lost=(*[others] * bool(odd), *[cut] * (len(whole) < len(data))))


def _rows(data: bytes) -> tuple[list[list[float]], int]:
    """The numbers of each line that holds as many as most do and nothing else, and how many other lines there are.

    No numbers where the others are many, or the first, which is a header.
    """
    lines = [line for line in data.split(b"\n") if line.strip()]
    rows = [NUMBER.findall(line.decode()) if BARE.fullmatch(line) else [] for line in lines]
    usual = mode(map(len, rows)) if rows else 0
    kept = [[*map(float, row)] for row in rows if len(row) == usual]
    odd = len(lines) - len(kept)
    return (kept, odd) if usual and odd * ODD <= len(lines) and len(rows[0]) == usual else ([], odd)


def _tag(path: Path) -> str:
    """What the file's name says that it holds; "" where that is no loss, no score and no reward."""
    name = COLLECTION.sub("", path.stem).strip("_-. ")
    known = meaning(name)
    told = known and known.quantity in ("loss", "accuracy") and not known.extra
    return name if told or REWARDS.search(spelled(name)) else ""


def _curve(rows: list[list[float]], tag: str) -> Scalar | None:
    """The numbers of one line, of one column, or of a second column beside one that counts; None where they stand otherwise."""
    widths = {len(row) for row in rows}
    if len(rows) == 1:
        rows, widths = [[value] for value in rows[0]], {1}
    if len(rows) < FEW or widths not in ({1}, {2}):
        return None
    table = np.array(rows)
    steps, values = np.arange(len(table)) if widths == {1} else table[:, 0], table[:, -1]
    counts = bool(np.isfinite(steps).all() and (steps[0] >= 0) and (steps % 1 == 0).all() and (np.diff(steps) > 0).all())
    moves = bool((values[np.isfinite(values)] % 1).any())
    return scalar(steps, values, tag=tag) if counts and moves else None
