"""A table whose rows hold one number each, its name in a cell beside it, as R and data frames that were melted write."""

import csv
import io
from pathlib import Path

from advisor.reading.log import Log
from advisor.reading.storage.growing_lines import head
from advisor.reading.storage.text_file import whole_text
from advisor.reading.tables.cells import SPACES, numbers
from advisor.reading.tables.header import Header
from advisor.reading.tables.json_rows import JsonRows, looks_like_log
from advisor.reading.tables.long_form import is_long

NAME = "long-table"
BESIDE = False
SUFFIXES = {".csv", ".tsv", ".txt", ".log", ".dat"}
LARGEST = 64 << 20  # bytes


def sniff(path: Path) -> bool:
    """A column of names and one of values, and below them what makes the log of a training."""
    if path.suffix.lower() not in SUFFIXES or not path.is_file() or (path.stat().st_size or 0) > LARGEST:
        return False
    try:
        first, *rows = head(path) or [""]
    except OSError:
        return False
    header = Header(first, next(iter(rows), ""))
    return header.separator != SPACES and is_long(header.names) and looks_like_log(_records(header, "\n".join(rows)))


def read(path: Path, earlier: Log | None = None) -> Log:
    """The curve of each name.

    Raises
    ------
    OSError
        The file could not be opened or read.
    """
    first, _, text = whole_text(path).partition("\n")
    rows = JsonRows()
    rows.take(_records(Header(first.rstrip("\r"), text.partition("\n")[0]), text))
    return rows.table.log(path)


def _records(header: Header, text: str) -> list[dict]:
    """The rows with a cell a column, numbers as such; a last one that was cut has fewer."""
    found = csv.reader(io.StringIO(text), delimiter=header.separator)
    return [dict(zip(header.names, map(_cell, row), strict=True)) for row in found if len(row) == len(header.names)]


def _cell(text: str) -> float | str:
    found = numbers([text])[1]
    return float(found[0]) if len(found) else text
