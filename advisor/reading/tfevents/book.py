"""What the events of one file said, window by window."""

import struct
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from advisor.reading.tfevents import hparams as logged
from advisor.reading.tfevents.events import HISTO, TENSOR, Event, Value, event_at
from advisor.reading.tfevents.histograms import of_histo, of_table
from advisor.reading.tfevents.points import Columns, Points, Tags, chosen, in_order, points_of
from advisor.reading.tfevents.templates import PLAIN, Templates
from advisor.reading.tfevents.tensors import numbers
from advisor.reading.tfevents.tfrecord import Window
from advisor.reading.tfevents.wire import varint


@dataclass
class Page:
    """What the records of one window said that were explained one by one: rows as `Points` has them, and purges (record, step)."""

    points: list[tuple] = field(default_factory=list)
    histograms: list[tuple] = field(default_factory=list)
    purges: list[tuple[int, int]] = field(default_factory=list)
    begins: list[tuple[int, float]] = field(default_factory=list)  # record and wall time


class Book:
    """Everything one file said; `hparams`, `plugins` (by tag) and `started` are what an earlier part of it said."""

    def __init__(self, hparams: Mapping[str, Any], plugins: Mapping[str, bytes], started: float) -> None:
        self.tags = Tags()
        self.templates = Templates(self.tags)
        self.scalars, self.histograms = Columns(), Columns()
        self.tables: list[tuple[np.ndarray, np.ndarray]] = []  # edges and counts; the values of the histograms are places in this list
        # tag -> the record that said its tensors are no plain points, and whose they are
        self.plugins = {self.tags.number(tag.encode()): (-1, plugin) for tag, plugin in plugins.items()}
        self.hparams = dict(hparams)
        self.started = started
        self.purged_from: int | None = None
        self.records = 0
        self.cut_short = False  # an event, of more values than are read

    def read(self, window: Window) -> np.ndarray:
        """Take in the records of a window; returns the places of those that are no events, shape (k,)."""
        page, wrong = Page(), []
        parts = list(self.templates.points(window))
        left = np.ones(len(window.starts), bool)
        for points, _ in parts:
            left[points.record] = False
        for record in np.flatnonzero(left).tolist():
            try:
                self._explain(page, record, window.data, int(window.starts[record]), int(window.ends[record]))
            except ValueError:
                wrong.append(record)
        self._take([points if named else self._without_plugin(points) for points, named in parts], page)
        self.records += len(left)
        return np.array(wrong, np.int64)

    def _take(self, parts: list[Points], page: Page) -> None:
        if not self.started:
            begins = [(points.record[i], points.wall[i]) for points in parts for i in np.flatnonzero(points.wall)[:1]]
            self.started = float(min([*begins, *page.begins], default=(0, 0.0))[1])
        if page.purges:
            first = min(step for _, step in page.purges)
            self.purged_from = first if self.purged_from is None else min(first, self.purged_from)
            self.scalars.purge(first)
            self.histograms.purge(first)
        self.scalars.add(in_order([*parts, points_of(page.points)], page.purges))
        self.histograms.add(in_order([points_of(page.histograms)], page.purges))

    def _explain(self, page: Page, record: int, data: bytes, start: int, end: int) -> None:
        """One record, the plain way; raises ValueError where it is no event."""
        event = event_at(data, start, end)
        self.cut_short |= event.holds_more
        step, wall = step_of(data, event), struct.unpack_from("<d", data, event.wall[0])[0] if any(event.wall) else 0.0
        points, histograms = [], []
        for value in event.values:
            tag = self.tags.number(data[slice(*value.tag)])
            plugin = self._plugin(tag, value, data, record)
            if value.kind == HISTO or plugin == b"histograms":
                if table := of_histo(data, value.span) if value.kind == HISTO else of_table(numbers(data, value.tensor)):
                    histograms.append((record, tag, step, len(self.tables), wall))
                    self.tables.append(table)
            elif plugin in PLAIN and (number := value.number(data)):
                points.append((record, tag, step, number.read(data), wall))
            elif plugin in (b"hparams", b"text"):
                self._settle(self.tags.names[tag], value, data)
        page.points += points
        page.histograms += histograms
        page.purges += [(record, step)] * event.starts
        page.begins += [(record, wall)] * (wall != 0)

    def _plugin(self, tag: int, value: Value, data: bytes, record: int) -> bytes:
        """For which plugin a value is: its own word, or for a tensor without one that of the first that had one."""
        if value.kind not in (TENSOR, 0):
            return b""
        own = data[slice(*value.plugin)]
        if own not in PLAIN:
            self.plugins.setdefault(tag, (self.records + record, own))
        return own or self.plugins.get(tag, (0, b""))[1]

    def _without_plugin(self, points: Points) -> Points:
        """Tensors that do not say for which plugin they are, without those of which an earlier one did."""
        if not self.plugins:
            return points
        said_at = np.full(len(self.tags.names), np.iinfo(np.int64).max)
        for tag, (record, _) in self.plugins.items():
            said_at[tag] = record
        return chosen(points, self.records + points.record < said_at[points.tag])

    def _settle(self, name: str, value: Value, data: bytes) -> None:
        """Hyperparameters, where the value holds some."""
        try:
            if name == logged.TAG:
                self.hparams |= logged.of_plugin(data, value.settings)
            elif name in logged.TEXTS:
                self.hparams = logged.of_text(data[slice(*value.tensor.text)]) | self.hparams
        except ValueError:
            return


def step_of(data: bytes, event: Event) -> int:
    """The step that an event in these bytes tells of, 0 where it tells none; it may be negative."""
    unsigned = varint(data, *event.step)[0] if any(event.step) else 0
    return unsigned - (1 << 64 if unsigned >> 63 else 0)
