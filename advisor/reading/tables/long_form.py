"""Rows that hold one number each and say in another cell what it is: (step, "train_loss", 0.31)."""

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

from advisor.reading.tables.step_axis import SPLIT_COLUMNS, plain
from advisor.signals.tags import SPLITS

NAMES = {"name", "metric", "metrics", "tag", "key", "variable", "series", "measure", "curve", "quantity", "statistic", "scalar_name"}
VALUES = {"value", "val", "values", "scalar", "v", "y", "metric_value", "scalar_value"}
LONGEST = 40  # letters of a column's name that may be one of these


def is_long(names: Iterable[str]) -> bool:
    """Whether one of these columns may hold the names of what another holds the numbers of."""
    kinds = [_kind(name) if len(name) <= LONGEST else "" for name in names]
    return kinds.count("name") == kinds.count("value") == 1


@lru_cache(16)
def _are_long(names: tuple[str, ...]) -> bool:
    """The same; of the rows of a log most have the names of the one before."""
    return is_long(names)


@lru_cache(4096)
def _kind(name: str) -> str:
    """What a column of this name may hold, "name" or "value", else ""; asked of each cell of each row."""
    said = plain(name)
    return "name" if said in NAMES else "value" if said in VALUES else ""


def wide(record: Mapping[str, Any]) -> Mapping[str, Any]:
    """The record with its number under the name that it gives; itself where it is of another form.

    A cell that says "train" or "validation" tells the split, whatever its column is called.
    """
    if not _are_long(tuple(record)):
        return record
    name = next(record[cell] for cell in record if plain(cell) in NAMES)
    value = next(record[cell] for cell in record if plain(cell) in VALUES)
    if not isinstance(name, str) or isinstance(value, str | dict | list):
        return record
    rest = {cell: said for cell, said in record.items() if plain(cell) not in NAMES | VALUES}
    split = next((cell for cell in rest if cell in SPLIT_COLUMNS or str(rest[cell]).strip().lower() in SPLITS), None)
    return {**({"split" if cell == split else cell: said for cell, said in rest.items()}), name: value}
