"""TensorBoard event files: scalars old and new, histograms, hyperparameters; TensorFlow is not needed."""

import os
from array import array
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np

from advisor.formats import Log
from advisor.git_lfs import is_pointer
from advisor.scalar import Histogram, Scalar, scalar
from advisor.tensors import numbers, of_histo, of_hparams, of_table
from advisor.tfrecord import Gap, records

NAME = "tensorboard"
BESIDE = False
HPARAMS = "_hparams_/session_start_info"
PLACEHOLDER = "hp_metric"  # Lightning logs -1 under this name to give its hyperparameters a row; it is not a measurement
START = 1  # SessionLog.START
NAMED = 10  # damaged places told one by one


def sniff(path: Path) -> bool:
    """A file with "tfevents" in its name, and not the text Git LFS leaves in a file's place."""
    return "tfevents" in path.name and path.is_file() and not is_pointer(path)


def read(path: Path, earlier: Log | None = None) -> Log:
    """Every point of the file, in order of steps.

    Raises
    ------
    OSError
        The file could not be opened or read.
    """
    from google.protobuf.message import DecodeError
    from tensorboard.compat.proto.event_pb2 import Event

    gaps: list[Gap] = []
    book, whole = Book(), 0
    with path.open("rb") as file:
        for offset, payload in records(file, gaps):
            try:
                book.add(Event.FromString(payload))
                whole += 1
            except DecodeError:
                gaps.append(Gap(offset, len(payload) + 16))
        size = os.fstat(file.fileno()).st_size
    return book.log(path, tuple(told(path.name, gaps, whole, size)))


def told(name: str, gaps: list[Gap], whole: int, size: int) -> Iterable[str]:
    """A sentence for each damaged place."""
    if not whole:
        yield f"{name}: no whole record in its {size} bytes" if size else f"{name} is empty"
        return
    holes = [gap for gap in gaps if not gap.torn]
    for gap in holes[:NAMED]:
        yield f"{name}: {gap.size} bytes at offset {gap.offset} were damaged and are lost"
    if more := holes[NAMED:]:
        yield f"{name}: {sum(gap.size for gap in more)} bytes in {len(more)} more places were damaged and are lost"
    for gap in gaps[-1:]:
        if gap.torn:
            cut = f"the last record was cut at byte {gap.offset} (still being written, or ended hard)"
            yield f"{name}: {cut}; used the {whole} complete records"


class Book:
    """What the events of one file said so far."""

    def __init__(self) -> None:
        self.scalars: dict[str, tuple[array, array, array]] = {}  # tag -> steps, values, wall
        self.histograms: dict[str, list[tuple]] = {}  # tag -> (step, edges, counts, wall)
        self.plugins: dict[str, str] = {}  # only the first summary of a tag names its plugin
        self.hparams: dict[str, Any] = {}
        self.started = 0.0
        self.purged_from: int | None = None

    def add(self, event) -> None:
        step, wall, values = event.step, event.wall_time, event.summary.value
        self.started = self.started or wall
        for value in values:
            kind = value.WhichOneof("value")
            if kind == "simple_value":
                self.point(value.tag, step, value.simple_value, wall)
            elif kind == "histo":
                self.histograms.setdefault(value.tag, []).append((step, *of_histo(value.histo), wall))
            elif kind in ("tensor", None):
                self.add_tensor(value, step, wall)
        if not values and event.session_log.status == START:
            self.purge(step)

    def point(self, tag: str, step: int, number: float, wall: float) -> None:
        columns = self.scalars.get(tag)
        if columns is None:
            columns = self.scalars[tag] = (array("q"), array("d"), array("d"))
        columns[0].append(step)
        columns[1].append(number)
        columns[2].append(wall)

    def add_tensor(self, value, step: int, wall: float) -> None:
        plugin = value.metadata.plugin_data.plugin_name or self.plugins.get(value.tag, "")
        self.plugins[value.tag] = plugin
        if plugin == "hparams":
            if value.tag == HPARAMS:
                self.hparams |= of_hparams(value.metadata.plugin_data.content)
        elif plugin == "histograms":
            table = numbers(value.tensor)
            if table is not None and table.size and table.size % 3 == 0:
                self.histograms.setdefault(value.tag, []).append((step, *of_table(table.reshape(-1, 3)), wall))
        elif plugin in ("scalars", ""):
            number = numbers(value.tensor)
            if number is not None and number.size == 1:
                self.point(value.tag, step, float(number[0]), wall)

    def purge(self, step: int) -> None:
        """A session began that replaces everything from `step` on: in this file, and in the files before it."""
        self.purged_from = step if self.purged_from is None else min(step, self.purged_from)
        for tag, columns in self.scalars.items():
            kept = [i for i, s in enumerate(columns[0]) if s < step]
            self.scalars[tag] = tuple(array(c.typecode, [c[i] for i in kept]) for c in columns)  # type: ignore[assignment]
        self.histograms = {tag: [row for row in rows if row[0] < step] for tag, rows in self.histograms.items()}

    def log(self, path: Path, lost: tuple[str, ...]) -> Log:
        scalars = {
            tag: _scalar(tag, columns) for tag, columns in self.scalars.items() if len(columns[0]) and tag.split("/")[-1] != PLACEHOLDER
        }
        histograms = {tag: _histogram(tag, rows) for tag, rows in self.histograms.items() if rows}
        return Log(path, scalars, histograms, self.hparams, (), lost, self.started, self.purged_from)


def _scalar(tag: str, columns: tuple[array, array, array]) -> Scalar:
    steps, values, wall = columns
    return scalar(np.frombuffer(steps, np.int64), np.frombuffer(values), np.frombuffer(wall), tag)


def _histogram(tag: str, rows: list[tuple]) -> Histogram:
    steps, edges, counts, wall = zip(*sorted(rows, key=lambda row: row[0]), strict=True)
    return Histogram(np.array(steps, np.int64), edges, counts, np.array(wall, float), tag)
