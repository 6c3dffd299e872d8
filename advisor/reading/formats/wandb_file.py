"""W&B's own file of a run, run-*.wandb, of offline and online runs alike; the wandb package is not needed."""

import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from advisor.reading.log import Log
from advisor.reading.nested_settings import flat
from advisor.reading.storage.gaps import gap_sentences
from advisor.reading.storage.same_file import is_same_file
from advisor.reading.storage.wandb_records import MAGIC, Records
from advisor.reading.tables.json_rows import batches, columns_of, parsed
from advisor.reading.tables.json_rows import flat as flat_row
from advisor.reading.tables.step_axis import plain
from advisor.reading.tables.table import Columns, Table
from advisor.reading.tfevents.wire import BYTES, MalformedError, fields, varint

NAME = "wandb"
BESIDE = False
BATCH = 4096  # rows
KNOWN = 256  # bytes at its start by which a file is known again
# Fields of wandb_internal.proto: of a Record, of its parts, and of the items in them.
HISTORY, CONFIG, RUN = 2, 5, 17
ITEM, RUN_CONFIG, KEY, NESTED_KEY, INTEGER, NUMBER, JSON = 1, 4, 1, 2, 5, 6, 16


def sniff(path: Path) -> bool:
    return path.suffix == ".wandb" and path.is_file()


class WandbRun:
    """What the records of one file said so far."""

    def __init__(self) -> None:
        self.start = b""
        self.records, self.table = Records(), Table()
        self.columns: Columns | None = None
        self.config: dict[str, Any] = {}
        self.rows: list[dict[str, Any]] = []

    def take(self, record: bytes) -> None:
        """Take in a record: a row of the history, or settings; all others are passed by."""
        for number, kind, at, end in fields(record, 0, len(record)):
            if kind == BYTES and number == HISTORY:
                self.rows.append(dict(flat_row(dict(items(record, at, end)))))
            elif kind == BYTES and number == CONFIG:
                self.config.update(items(record, at, end))
            elif kind == BYTES and number == RUN:
                for inner, _, begin, stop in fields(record, at, end):
                    if inner == RUN_CONFIG:
                        self.config.update(items(record, begin, stop))
        if len(self.rows) >= BATCH:
            self.flush()

    def flush(self) -> None:
        """Rows counted by the trainer's own steps where it logs them, by W&B's calls of log() elsewhere."""
        for cells in filter(None, map(columns_of, batches(self.rows))):
            counted = next((name for name in cells if plain(name) == "global_step"), "_step")
            self.columns = self.columns or Columns(counted, wall="_timestamp")
            self.table.add(cells, self.columns)
        self.rows = []


def read(path: Path, earlier: Log | None = None) -> Log:
    """Every number that was logged, nested ones under "outer/inner"; of a file that grew since `earlier` only what is new is read.

    Raises
    ------
    OSError
        The file could not be opened or read.
    """
    with path.open("rb") as file:
        size = file.seek(0, 2)
        run = earlier.rest if earlier and earlier.rest else WandbRun()
        if not is_same_file(file, run.records.offset, run.start):
            run = WandbRun()
        file.seek(0)
        run.start = file.read(KNOWN)
        if not run.start.startswith(MAGIC):
            return Log(path, lost=(f"{path.name} is empty" if not size else f"{path.name}: no W&B run in its {size} bytes",))
        malformed = 0
        for record in run.records.new(file):
            try:
                run.take(record)
            except (MalformedError, UnicodeDecodeError, struct.error):
                malformed += 1
        run.flush()
    return run.table.log(path, lost_sentences(path.name, run.records, malformed, size), dict(flat(run.config)), rest=run)


def lost_sentences(name: str, records: Records, malformed: int, size: int) -> Iterator[str]:
    """A sentence for each kind of damage."""
    yield from gap_sentences(name, records.gaps, size)
    if malformed:
        yield f"{name}: {malformed} records could not be understood and are lost"
    if records.torn:
        yield f"{name}: the last record was cut at byte {records.offset} (still being written, or ended hard); used those before it"


def items(data: bytes, at: int, end: int) -> Iterator[tuple[str, Any]]:
    """Name and value of every item of a history or a config."""
    for number, kind, begin, stop in fields(data, at, end):
        if number == ITEM and kind == BYTES:
            yield from item(data, begin, stop)


def item(data: bytes, at: int, end: int) -> Iterator[tuple[str, Any]]:
    names, value = [], None
    for number, kind, begin, stop in fields(data, at, end):
        if number in (KEY, NESTED_KEY) and kind == BYTES:
            names.append(data[begin:stop].decode("utf-8", "replace"))
        elif number == JSON:
            value = parsed(data[begin:stop].decode("utf-8", "replace"))
        elif number == NUMBER:
            [value] = struct.unpack("<d", data[begin:stop])
        elif number == INTEGER:
            zigzag, _ = varint(data, begin, stop)
            value = (zigzag >> 1) ^ -(zigzag & 1)
    if names:
        yield "/".join(names), value
