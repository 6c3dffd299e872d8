"""A curve that a script saved as bare numbers, in a file named by what they are: train_loss.txt, val_acc.csv, losses.json."""

import re
from pathlib import Path
from statistics import mode

import numpy as np

from advisor.reading.log import Log
from advisor.reading.storage.last_line import LOOKED_AT, is_whole, unread_end
from advisor.reading.storage.text_file import opened
from advisor.reading.tables.file_names import ends_as, said_by
from advisor.reading.tables.in_order import follow_each_other
from advisor.scalar import Scalar, scalar

NAME = "number-list"
BESIDE = True
LAST_RESORT = True  # it counts only where no other log gave any curve
SUFFIXES = {".txt", ".csv", ".tsv", ".dat", ".log", ".out", ".json"}
LARGEST = 32 << 20  # bytes; what is larger is somebody's data
HEAD = 1 << 12  # bytes that tell whether it is such a file
ODD = 5  # times as many lines as there may be that hold something else
FEW = 5  # numbers that are a curve
IN_ORDER = 8  # numbers that show whether they follow each other
SETS = ("train", "val")  # of two curves in one file
CLOSE = 1e-4  # of a total: what was lost where it was rounded
NEAR = 1.5  # times as large as the other: their first numbers
BARE = re.compile(rb"[\s\d.,;eE+\-\[\]()naifty]*")
NESTED = re.compile(rb"\s*\[\s*\[")
NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*(?:[eE][-+]?\d+)?|\.\d+(?:[eE][-+]?\d+)?|nan|inf(?:inity)?)", re.IGNORECASE)


def sniff(path: Path) -> bool:
    """A name that says no more than a loss, a score or a reward, and numbers alone; or one that ends so, and they follow each other."""
    if path.suffix.lower() not in SUFFIXES or not _said_by(path) or not path.is_file() or (path.stat().st_size or 0) > LARGEST:
        return False
    try:
        with opened(path) as file:
            head = file.read(HEAD)
    except OSError:
        return False
    curves = _curves(_rows(head)[0], "")
    return bool(curves) and (bool(said_by(path.stem)) or all(follow_each_other(curve.values, IN_ORDER) for curve in curves))


def _said_by(path: Path) -> str:
    return said_by(path.stem) or ends_as(path.stem)


def read(path: Path, earlier: Log | None = None) -> Log:
    """The curve, over the count in its first column, or over the count of its numbers.

    Raises
    ------
    OSError
        The file could not be opened or read.
    """
    with opened(path) as file:
        data = file.read()
    end = data.rfind(b"\n") + 1 or len(data)  # where all stand in one line, nothing ends it
    whole = data if data.rstrip().endswith(b"]") or is_whole(data[end:], data[:end][-LOOKED_AT:]) else data[:end]
    rows, odd = _rows(whole)
    curves = _curves(rows, _said_by(path))
    if not curves:
        return Log(path, lost=(f"{path.name} does not go on as the numbers that it begins with",))
    cut = unread_end(path.name)
    others = f"{path.name}: {odd} lines hold something else than numbers and were not used"
    return Log(path, {curve.tag: curve for curve in curves}, lost=(*[others] * bool(odd), *[cut] * (len(whole) < len(data))))


def _rows(data: bytes) -> tuple[list[list[float]], int]:
    """The numbers of each line that holds as many as most do and nothing else, and how many other lines there are.

    No numbers where the others are many, or the first, which is a header.
    """
    lines = [line for line in _unfolded(data).split(b"\n") if line.strip(b" \t\r\v\f[],")]
    rows = [NUMBER.findall(line.decode()) if BARE.fullmatch(line) else [] for line in lines]
    usual = mode(map(len, rows)) if rows else 0
    kept = [[*map(float, row)] for row in rows if len(row) == usual]
    odd = len(lines) - len(kept)
    return (kept, odd) if usual and odd * ODD <= len(lines) and len(rows[0]) == usual else ([], odd)


def _unfolded(data: bytes) -> bytes:
    """A list that was printed over several lines in one, and a list of lists with each of these in one."""
    nested = NESTED.match(data)
    if not nested and (not data.lstrip().startswith(b"[") or data.count(b"[") > 1):
        return data
    flat = data.replace(b"\n", b" ")
    return flat.replace(b"]", b"]\n") if nested else flat


def _curves(rows: list[list[float]], tag: str) -> list[Scalar]:
    """The numbers of each line where there are one or two, of one column, or of those beside one that counts; none of others.

    Two that begin near each other are of training and of validation. A column that is the sum of all others is their total.
    """
    if len({len(row) for row in rows}) != 1:
        return []
    table = np.array(rows)
    if len(rows) <= len(SETS) and table.shape[1] >= FEW:
        table = np.column_stack([np.arange(table.shape[1]), *table])
    elif table.shape[1] == 1:
        table = np.column_stack([np.arange(len(table)), table])
    elif _are_a_total_and_terms(table) or (table.shape[1] == len(SETS) and _are_two_sets(table)):
        table = np.column_stack([np.arange(len(table)), table if table.shape[1] == len(SETS) else table[:, 0]])
    steps, columns = table[:, 0], table[:, 1:]
    counts = bool(np.isfinite(steps).all() and (steps[0] >= 0) and (steps % 1 == 0).all() and (np.diff(steps) > 0).all())
    tags = {1: [tag], len(SETS): [f"{part}/{tag}" for part in SETS]}.get(columns.shape[1], [])
    if len(table) < FEW or not counts or not (columns[np.isfinite(columns)] % 1).any() or (len(tags) > 1 and not _are_near(*columns[0])):
        return []
    return [scalar(steps, values, tag=name) for name, values in zip(tags, columns.T, strict=True)] if tags else []


def _are_a_total_and_terms(table: np.ndarray) -> bool:
    """Whether the first of these columns, shape (n, k), is the sum of all others."""
    return table.shape[1] > len(SETS) and bool(np.allclose(table[:, 0], table[:, 1:].sum(axis=1), rtol=CLOSE) and table[:, 0].any())


def _are_two_sets(table: np.ndarray) -> bool:
    """Whether both columns, shape (n, 2), are curves, and the first counts nothing."""
    return bool((table % 1).any(axis=0).all()) and all(follow_each_other(column, IN_ORDER) for column in table.T)


def _are_near(one: float, other: float) -> bool:
    return 1 / NEAR < one / other < NEAR if one and other else False
