"""A JSON document of all that was logged: objects in a list, as skorch's history.json, or lists under names, as Keras' History."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from advisor.reading.formats import trainer_state
from advisor.reading.log import Log
from advisor.reading.step_falls import STUB
from advisor.reading.storage.text_file import opened
from advisor.reading.tables.file_names import said_by
from advisor.reading.tables.json_rows import JsonRows, columns_of, document, flat, looks_like_log, objects_in, parsed
from advisor.reading.tables.step_axis import COUNTERS, is_log, plain
from advisor.reading.tables.table import Columns
from advisor.signals.evaluation_sets import sets_alone
from advisor.signals.tags import SPLITS, meaning, spelled

NAME = "json"
BESIDE = False
HEAD = 1 << 16  # bytes
NUMBERS = re.compile(r'"([^"\\]{1,200})"\s*:\s*\[\s*(?:-?\.?\d|-?Inf|-?NaN)')
OBJECTS = re.compile(r'"([^"\\]{1,200})"\s*:\s*(?=\[\s*\{)')  # a list of objects, each of an epoch
EPOCH = re.compile(r"(?i)(?:epoch[_ -]?)?(\d{1,9})")
DEPTH = 3  # of objects around the lists


def sniff(path: Path) -> bool:
    """Objects that count steps upwards and name an objective, or lists of numbers one of which is named as an objective."""
    if path.suffix.lower() != ".json" or trainer_state.sniff(path) or not path.is_file():
        return False
    with opened(path) as file:
        text = file.read(HEAD).decode("utf-8", "replace").lstrip(" \t\r\n")
    if text.startswith("["):
        records = list(objects_in(text, 0))
        return len(records) > 1 and looks_like_log(records)
    if not text.startswith("{"):
        return False
    cells = [_named(at[1], name) for at in OBJECTS.finditer(text) for name in next(objects_in(text, at.end()), ())]
    return is_log(["epoch", *NUMBERS.findall(text), *cells]) or (len(text) < HEAD and _is_told_by_places(parsed(text), path.stem))


def _is_told_by_places(tree: Any, stem: str) -> bool:
    """Whether the names around the lists of a small document say what is in them, or its own name does: {"loss": {"train": [2.1, ...]}}."""
    if not isinstance(tree, dict):
        return False
    if rows := _epochs(tree):
        return looks_like_log(rows)
    names = [name for name, values in lists(tree) if len(values) >= STUB]
    said = meaning(said_by(stem))
    return is_log(["epoch", *names]) or bool(said and said.quantity == "loss" and sets_alone(names))


def _epochs(tree: dict[str, Any]) -> list[dict[str, Any]]:
    """An object for each epoch, where their numbers are the names: {"epoch_1": {"loss": 2.1}, ...}."""
    counts = [EPOCH.fullmatch(name) for name in tree]
    if len(tree) < STUB or not all(counts) or not all(isinstance(value, dict) for value in tree.values()):
        return []
    return [{"epoch": int(count[1]), **value} for count, value in zip(counts, tree.values(), strict=True) if count]


def read(path: Path, earlier: Log | None = None) -> Log:
    """Every number; of a list of objects cut short, all that is whole.

    Raises
    ------
    OSError
        The file could not be opened or read.
    """
    tree, text, lost = document(path)
    rows = JsonRows()
    if isinstance(tree, dict) and (epochs := _epochs(tree)):
        rows.take(epochs)
    elif isinstance(tree, dict):
        _add_lists(rows, dict(lists(tree)))
    else:
        entries = tree if isinstance(tree, list) else list(objects_in(text, 0))
        rows.take(entry for entry in entries if isinstance(entry, dict))
    return rows.table.log(path, lost)


def lists(tree: dict[str, Any], above: str = "", depth: int = DEPTH) -> Iterator[tuple[str, list]]:
    """Name and list of all lists of numbers; those of objects under "outer/inner", and those that a list of objects makes."""
    for name, value in tree.items():
        if isinstance(value, dict) and value and all(at.isdigit() and isinstance(v, int | float | None) for at, v in value.items()):
            yield f"{above}{name}", [value[at] for at in sorted(value, key=int)]  # a column as pandas writes it, by the numbers of its rows
        elif isinstance(value, dict) and depth > 1:
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
