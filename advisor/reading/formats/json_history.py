"""A JSON document of all that was logged: objects in a list, as skorch's history.json, or lists under names, as Keras' History."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from advisor.reading.formats import trainer_state
from advisor.reading.log import Log
from advisor.reading.tables.json_rows import JsonRows, columns_of, document, flat, looks_like_log, objects_in
from advisor.reading.tables.step_axis import COUNTERS, is_log, plain
from advisor.reading.tables.table import Columns
from advisor.signals.tags import SPLITS, spelled

NAME = "json"
BESIDE = False
HEAD = 1 << 16  # bytes
NUMBERS = re.compile(r'"([^"\\]{1,200})"\s*:\s*\[\s*(?:-?\.?\d|-?Inf|-?NaN)')
OBJECTS = re.compile(r'"([^"\\]{1,200})"\s*:\s*(?=\[\s*\{)')  # a list of objects, each of an epoch
DEPTH = 3  # of objects around the lists


def sniff(path: Path) -> bool:
    """Objects that count steps upwards and name an objective, or lists of numbers one of which is named as an objective."""
    if path.suffix.lower() != ".json" or trainer_state.sniff(path) or not path.is_file():
        return False
    with path.open("rb") as file:
        text = file.read(HEAD).decode("utf-8", "replace").lstrip("\ufeff \t\r\n")
    if text.startswith("["):
        records = list(objects_in(text, 0))
        return len(records) > 1 and looks_like_log(records)
    if not text.startswith("{"):
        return False
    cells = [_named(at[1], name) for at in OBJECTS.finditer(text) for name in next(objects_in(text, at.end()), ())]
    return is_log(["epoch", *NUMBERS.findall(text), *cells])


def read(path: Path, earlier: Log | None = None) -> Log:
    """Every number; of a list of objects cut short, all that is whole.

    Raises
    ------
    OSError
        The file could not be opened or read.
    """
    tree, text, lost = document(path)
    rows = JsonRows()
    if isinstance(tree, dict):
        _add_lists(rows, dict(lists(tree)))
    else:
        entries = tree if isinstance(tree, list) else list(objects_in(text, 0))
        rows.take(entry for entry in entries if isinstance(entry, dict))
    return rows.table.log(path, lost)


def lists(tree: dict[str, Any], above: str = "", depth: int = DEPTH) -> Iterator[tuple[str, list]]:
    """Name and list of all lists of numbers; those of objects under "outer/inner", and those that a list of objects makes."""
    for name, value in tree.items():
        if isinstance(value, dict) and depth > 1:
            yield from lists(value, f"{above}{name}/", depth - 1)
        elif isinstance(value, list) and all(isinstance(v, int | float | None) for v in value):
            yield f"{above}{name}", value
        elif isinstance(value, list) and all(isinstance(v, dict) for v in value):
            cells = columns_of([dict(flat(v)) for v in value])
            yield from ((f"{above}{_named(name, cell)}", c) for cell, c in cells.items() if not any(isinstance(v, str) for v in c))


def _named(rows: str, cell: str) -> str:
    """The name of a cell of these rows: under that of a part of the data; "history" and the like say nothing of it."""
    return f"{rows}/{cell}" if {*spelled(rows).strip("_").split("_")} & SPLITS else cell


def _add_lists(rows: JsonRows, found: dict[str, list]) -> None:
    """Lists of one length belong together; where none of them counts the steps, their places do."""
    for n in {len(values) for values in found.values()} - {0}:
        together = {name: values for name, values in found.items() if len(values) == n}
        if not any(plain(name) in COUNTERS for name in together):
            together["epoch"] = list(range(n))
        rows.table.add(together, Columns.of(together))
