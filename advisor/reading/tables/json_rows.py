"""Rows given as JSON objects, one a point in time, each with the names it happened to log."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from advisor.reading.nested_settings import flat as settings
from advisor.reading.step_falls import STUB
from advisor.reading.storage.text_file import opened
from advisor.reading.tables.long_form import wide
from advisor.reading.tables.step_axis import is_history, is_log, rises
from advisor.reading.tables.table import Columns, Table, everywhere
from advisor.run import Missing

PLAIN = {float, int, str}
DEPTH = 5  # of nesting: RLlib's info/learner/default_policy/learner_stats/kl
SETTINGS = {"config", "args", "cfg", "hparams", "env_info"}  # objects under these names are no measurements
COCO = ("AP", "AP50", "AP75", "APs", "APm", "APl", "AR1", "AR10", "AR100", "ARs", "ARm", "ARl")  # order of pycocotools' COCOeval.stats
FIRST = 1000  # objects by which a log is known
FEW, SPARSE = 64, 64  # rows at once, and times as many cells as there are values, where rows have few names in common
LARGEST = 1 << 28  # bytes of a document
NEXT = re.compile(r"[\s,]*(?=\{)")
SPELLINGS = re.compile(r"(?<![\w\"'])(-?)(?:(nan)|inf(?:inity)?)(?![\w\"'])", re.I)


class JsonRows:
    """What the objects of one file said so far."""

    def __init__(self) -> None:
        self.table = Table()
        self.columns: Columns | None = None
        self.counted: set[str] = set()  # names in objects that give their step
        self.hparams: dict[str, Any] = {}
        self.broken = 0  # lines that begin as an object and are none

    def take(self, records: Iterable[Mapping[str, Any]]) -> None:
        """Take in objects, in the order they were logged."""
        for rows in batches([flattened(wide(self._measured(record))) for record in records]):
            cells: dict[str, list] = columns_of(rows)
            self.columns = self.columns or (Columns.of(cells) if cells else None)
            if self.columns:
                self.table.add(columns_of([self._separated(row, self.columns.step) for row in rows]), self.columns)

    def _measured(self, record: Mapping[str, Any]) -> Mapping[str, Any]:
        """The object without the settings of the training in it, which are remembered."""
        if SETTINGS.isdisjoint(record):
            return record
        for name in SETTINGS & record.keys():
            if isinstance(record[name], dict) and not self.hparams:
                self.hparams = dict(settings(record[name]))
        return {name: value for name, value in record.items() if name not in SETTINGS}

    def _separated(self, row: dict[str, Any], step: str) -> dict[str, Any]:
        """What is logged without a step tells of the whole epoch before: under names of its own where steps are logged by these."""
        if step in row or not step:
            self.counted.update(row)  # `|=` of a view would copy the set
            return row
        return {f"{name}_epoch" if name in self.counted else name: value for name, value in row.items()}


def looks_like_log(records: list[dict]) -> bool:
    """Whether these objects, the first of a file, are the log of a training and not somebody's data."""
    records = records[:FIRST]
    cells = columns_of([flattened(wide(record)) for record in records])
    if not cells or not is_log(cells):
        return len(records) >= STUB and is_history(cells)
    columns = Columns.of(cells)
    n = len(records)
    return rises(everywhere(cells[columns.step], n), everywhere(cells[columns.epoch], n) if columns.epoch else None)


def batches(rows: list[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    """All rows at once, or few at a time where each has names of its own: a table of all would have the square of their cells."""
    names = len({name for row in rows for name in row})
    at_once = len(rows) if names * len(rows) <= SPARSE * sum(map(len, rows)) else FEW
    yield from (rows[i : i + at_once] for i in range(0, len(rows), at_once or 1))


def columns_of(rows: list[dict[str, Any]]) -> dict[str, list]:
    """Name to cells, None where a row has no such name."""
    names = dict.fromkeys(name for row in rows for name in row)
    return {name: [row.get(name) for row in rows] for name in names}


def flattened(record: Mapping[str, Any]) -> dict[str, Any]:
    """What `flat` gives, as a dict; at once where nothing is nested, as in most logs."""
    return dict(record) if PLAIN.issuperset(map(type, record.values())) else dict(flat(record))


def flat(record: Mapping[str, Any], above: str = "", depth: int = DEPTH) -> Iterator[tuple[str, Any]]:
    """Name and value of every number and text; nested ones under "outer/inner", and of lists only COCO's twelve."""
    for name, value in record.items():
        if type(value) in PLAIN:  # by far the most, so first
            yield f"{above}{name}", value
        elif isinstance(value, dict):
            if depth > 1:
                yield from flat(value, f"{above}{name}/", depth - 1)
        elif isinstance(value, list) and "coco_eval" in name and len(value) == len(COCO):
            yield from ((f"{above}{name}/{stat}", number) for stat, number in zip(COCO, value, strict=True))


def document(path: Path) -> tuple[Any, str, list[str]]:
    """The JSON tree in a file, None where it is none; its text; and a sentence where it could not be understood.

    Raises
    ------
    OSError
        The file could not be opened or read.
    """
    with opened(path) as file:
        text = file.read(LARGEST + 1).decode("utf-8", "replace")
    if len(text) > LARGEST:
        return None, text[:LARGEST], [Missing(f"{path.name} is larger than {LARGEST >> 20} MiB and was not read to its end")]
    tree = parsed(text)
    if isinstance(tree, dict | list):
        return tree, text, []
    cut = Missing(f"{path.name} is not whole JSON: still being written, or cut off")  # nobody knows how much is missing
    return tree, text, [cut if text.strip() else f"{path.name} is empty"]


def objects_in(text: str, start: int) -> Iterator[dict]:
    """The whole objects of the first list that begins at `start` or after it."""
    decoder = json.JSONDecoder()
    at = text.find("[", start) + 1 if start >= 0 else 0
    while at and (begin := NEXT.match(text, at)):
        try:
            found, at = decoder.raw_decode(text, begin.end())
        except (ValueError, RecursionError):
            return
        if not isinstance(found, dict):
            return
        yield found


def parsed(text: str) -> Any:
    """What a JSON text holds, NaN and infinity in any spelling; None where it is no JSON."""
    try:
        return json.loads(text)
    except RecursionError:
        return None
    except ValueError:
        spelled = SPELLINGS.sub(lambda m: "NaN" if m[2] else f"{m[1]}Infinity", text)
        return parsed(spelled) if spelled != text else None
