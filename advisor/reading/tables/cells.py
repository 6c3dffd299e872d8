"""What the cells of a table hold: numbers, tensors printed as text, or nothing."""

import csv
import re
from collections.abc import Sequence
from typing import Any

import numpy as np

SPACES = " "  # any number of them, where no other separator is in the header
NOTHING = {"", "-", "--", "na", "n/a", "none", "null", "nil", "nan", "true", "false"}  # in the place of a number that was not logged
TENSOR = re.compile(r"(?:\w+\.)?(?:tensor|array|float\d*)\(\s*([^\s,()]+)\s*[,)]")  # "tensor(3.1, device='cuda:0')"


SHARE = re.compile(r"([-+]?(?:\d+\.?\d*|\.\d+))\s?%")
DECIMAL = re.compile(r"[-+]?\d+,\d+(?:[eE][-+]?\d+)?")  # "0,531", where no comma parts the cells
THOUSANDS = re.compile(r"[-+]?[1-9]\d{0,2}(?:,\d{3})+(?:\.\d*)?")  # "12,500" in quotes
OF_SO_MANY = re.compile(r"\s*(?:[^\W\d_]+[ _#-]?)?[(\[]?(\d+)(?:\s*/\s*\d+)?[)\]]?\s*")  # "Epoch 3", "3/50", "epoch_3"


def counted(cells: Sequence, n: int) -> np.ndarray:
    """The counts of a column that counts: float, shape (n,), NaN where a cell holds none; of "3/50" the first."""
    found = everywhere(cells, n)
    if len(cells) != n or np.isfinite(found).any():
        return found
    told = [OF_SO_MANY.fullmatch(str(cell)) for cell in cells]
    return np.array([float(one[1]) if one else np.nan for one in told], float)


def everywhere(cells: Sequence, n: int) -> np.ndarray:
    """The numbers of a column: float, shape (n,), NaN where a cell holds none."""
    found = np.full(n, np.nan)
    rows, values = numbers(cells)
    found[slice(len(values)) if rows is None else rows] = values
    return found


def said(cells: Sequence) -> int:
    """How many cells hold anything."""
    return sum(cell is not None and str(cell).strip().lower() not in NOTHING for cell in cells)


def finite(cells: Sequence) -> np.ndarray:
    """The finite numbers of a column, shape (k,), and one 0 where there is none."""
    found = everywhere(cells, len(cells))
    return found[np.isfinite(found)] if np.isfinite(found).any() else np.zeros(1)


def numbers(cells: Sequence) -> tuple[list[int] | None, np.ndarray]:
    """Which cells hold numbers, None for all of them, and the numbers, shape (k,).

    NaN and infinity are numbers, an empty cell is none.
    """
    if isinstance(cells, np.ndarray) and cells.dtype.kind in "fiu":
        return None, cells.astype(float)
    try:
        return None, np.fromiter(map(float, cells), float, len(cells))
    except (ValueError, TypeError, OverflowError):
        pass
    rows, values = [], []
    commas = {cell.strip() for cell in cells if isinstance(cell, str) and "," in cell}
    point = "" if all(map(THOUSANDS.fullmatch, commas)) else "."  # what the commas are: decimal ones, if any can be nothing else
    for i, cell in enumerate(cells):
        if cell is not None and cell != "":
            try:
                values.append(float(_bare(cell, point)))
                rows.append(i)
            except (ValueError, TypeError, OverflowError):
                continue
    return rows, np.array(values, float)


def _bare(cell: Any, point: str) -> Any:
    """The number in a tensor that was printed as text, before a percent sign, or with commas that stand for this; others as they are."""
    if not isinstance(cell, str):
        return cell
    text = cell.strip()
    if found := TENSOR.match(text) or SHARE.fullmatch(text):
        return found[1]
    return text.replace(",", point) if DECIMAL.fullmatch(text) or THOUSANDS.fullmatch(text) else cell


def parted(line: str, separator: str) -> list[str]:
    """The cells of a line."""
    if separator == SPACES:
        return line.split()
    if '"' not in line:
        return line.split(separator)
    try:
        return next(csv.reader([line], delimiter=separator), [])
    except csv.Error:
        return []
