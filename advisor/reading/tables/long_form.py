"""Rows that hold one number each and say in another cell what it is: (step, "train_loss", 0.31)."""

from collections.abc import Mapping
from typing import Any

from advisor.reading.tables.step_axis import SPLIT_COLUMNS, plain
from advisor.signals.tags import SPLITS

NAMES = {"name", "metric", "metrics", "tag", "key", "variable", "series", "measure", "curve", "quantity", "statistic", "scalar_name"}
VALUES = {"value", "val", "values", "scalar", "v", "y", "metric_value", "scalar_value"}


def is_long(names: list[str]) -> bool:
    """Whether one of these columns may hold the names of what another holds the numbers of."""
    said = [plain(name) for name in names]
    return sum(name in NAMES for name in said) == sum(name in VALUES for name in said) == 1


def wide(record: Mapping[str, Any]) -> Mapping[str, Any]:
    """The record with its number under the name that it gives; itself where it is of another form.

    A cell that says "train" or "validation" tells the split, whatever its column is called.
    """
    if not is_long([*record]):
        return record
    name = next(record[cell] for cell in record if plain(cell) in NAMES)
    value = next(record[cell] for cell in record if plain(cell) in VALUES)
    if not isinstance(name, str) or isinstance(value, str | dict | list):
        return record
    rest = {cell: said for cell, said in record.items() if plain(cell) not in NAMES | VALUES}
    split = next((cell for cell in rest if cell in SPLIT_COLUMNS or str(rest[cell]).strip().lower() in SPLITS), None)
    return {**({"split" if cell == split else cell: said for cell, said in rest.items()}), name: value}
