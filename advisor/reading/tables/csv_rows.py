"""Rows of comma- or tab-separated text, as loggers write them: sparse, padded, begun again, or under a header that changes."""

import csv
import io
from collections import Counter
from pathlib import Path
from typing import BinaryIO

import numpy as np

from advisor.reading.log import Log
from advisor.reading.step_falls import STUB
from advisor.reading.storage.gaps import weighty
from advisor.reading.storage.growing_lines import Lines
from advisor.reading.storage.last_line import is_whole
from advisor.reading.tables.cells import SPACES, everywhere, numbers, parted
from advisor.reading.tables.step_axis import CLOCKS, counters, is_history, is_log, plain, rises
from advisor.reading.tables.table import Cells, Columns, Table

MANY, CELLS = 10_000, 100_000  # rows or cells at once for which it pays to load pandas
IN_ORDER, NEARER = 8, 0.5  # rows; of the mean distance between any two
SEPARATORS = ",\t;|"


MONITOR = {"r": "episode_reward", "l": "episode_length", "t": "seconds_since_start"}  # a row an episode, as Gym's monitors write
COMMENT = "#{"  # a line above the header, with the settings of the environment


class Header:
    """The names of the columns, and what parts the cells below them; of two columns of one name the second is "name (2)".

    The first row tells where it is something else than parts the names: commas above tabs.
    """

    def __init__(self, line: str, row: str = "") -> None:
        self.separator = max(SEPARATORS, key=line.count)
        if self.separator not in line and len(line.lstrip("# ").split()) > 1:
            self.separator = SPACES
        self.names: list[str] = []
        seen: Counter[str] = Counter()
        for name in map(str.strip, parted(line.lstrip("# "), self.separator)):
            seen[name] += 1
            self.names.append(f"{name} ({seen[name]})" if name and seen[name] > 1 else name)
        if self.names[:3] == [*MONITOR]:
            self.names[:3] = MONITOR.values()
        if self.separator != SPACES and row and self.separator not in row:
            self.separator = next((mark for mark in SEPARATORS if row.count(mark) == len(self.names) - 1), self.separator)
        self.step = next(iter(counters(self.names)), "\n")  # stands in every other header of the file; no line holds "\n"

    @property
    def is_of_a_log(self) -> bool:
        """Whether columns of these names are the log of a training."""
        return is_log(self.names) or self.names[:3] == [*MONITOR.values()]

    @property
    def is_of_a_history(self) -> bool:
        """Whether they are one without a counter: a row an epoch."""
        return is_history(self.names)

    def is_in_order(self, lines: list[str]) -> bool:
        """Whether these are rows of losses or scores that follow each other: each is nearer to the one before than rows in any order."""
        if not is_history(self.names, in_order=True) or len(lines) <= IN_ORDER:
            return False
        losses = [numbers(column)[1] for name, column in self.cells(lines[:-1])[0].items() if "loss" in name.lower()]
        return any(np.abs(np.diff(v)).mean() < NEARER * np.abs(v[:, None] - v).mean() for v in losses if len(v))

    def all_numbers(self, lines: list[str]) -> bool:
        """Whether these rows hold a number in every column but a clock, and there are enough of them."""
        whole = lines[:-1]  # the last may still be written
        cells, odd = self.cells(whole)
        measured = [column for name, column in cells.items() if plain(name) not in CLOCKS]
        return not odd and len(whole) >= STUB and all(numbers(column)[0] is None for column in measured)

    def cells(self, lines: list[str]) -> tuple[Cells, int]:
        """Name to cells of all rows that have one a column, and how many rows have not."""
        if (len(lines) >= MANY or len(lines) * len(self.names) >= CELLS) and (quick := self._quickly(lines)):
            return quick, 0
        width, rows, odd = len(self.names), [], 0
        for line in lines:
            row = parted(line, self.separator)
            while len(row) > width and not row[-1].strip():
                row.pop()
            if len(row) == width:
                rows.append(row)
            elif line.strip():
                odd += 1
        return {name: column for name, column in zip(self.names, zip(*rows, strict=True), strict=False) if name}, odd

    def _quickly(self, lines: list[str]) -> Cells | None:
        """The same by pandas, several times as fast; None where a row may need a closer look.

        Only cells that say "nan" are NaN to it: a column with empty cells stays text, for what was not logged is no NaN.
        """
        import pandas as pd

        text, parts = "\n".join(lines), len(self.names) - 1
        if (
            self.separator == SPACES
            or '"' in text
            or lines[0].count(self.separator) != parts
            or text.count(self.separator) != parts * len(lines)
        ):
            return None
        exact = {"float_precision": "round_trip"} if tuple(map(int, pd.__version__.split(".")[:2])) < (3, 1) else {}  # later it always is
        try:
            frame = pd.read_csv(
                io.StringIO(text),
                sep=self.separator,
                header=None,
                keep_default_na=False,
                na_values=["nan", "NaN"],
                quoting=csv.QUOTE_NONE,
                **exact,
            )
        except (ValueError, OverflowError):
            return None
        cells = [column.to_numpy() if column.dtype.kind in "fiu" else column.astype(str).tolist() for _, column in frame.items()]
        return {name: column for name, column in zip(self.names, cells, strict=True) if name}

    def counts_in(self, lines: list[str]) -> bool:
        """Whether these rows count upwards; none at all, too, are a log's beginning."""
        cells, odd = self.cells(lines)
        if not cells:
            return not odd
        columns = Columns.of(cells)
        if not columns.step:
            return True
        n = len(cells[columns.step])
        return rises(everywhere(cells[columns.step], n), everywhere(cells[columns.epoch], n) if columns.epoch else None)


class CsvRows:
    """What was read of one growing file."""

    def __init__(self, tag: str = "") -> None:
        """`tag` is the name of the last column, where the file's place says it better than its header."""
        self.tag = tag
        self.lines, self.table = Lines(), Table()
        self.header: Header | None = None
        self.columns: Columns | None = None
        self.odd, self.seen = 0, 0

    def take(self, lines: list[str]) -> None:
        """Take in whole lines; each header among them tells of the rows below it."""
        begin = 0
        for i, line in enumerate(lines):
            if self.header is None and line.strip() and not line.startswith(COMMENT):
                self._begin(Header(line, next(filter(str.strip, lines[i + 1 :]), "")))
                begin = i + 1
            elif self.header and self.header.step in line and (header := Header(line)).is_of_a_log:
                self._rows(lines[begin:i])
                self._begin(header)
                begin = i + 1
        self._rows(lines[begin:])

    def _begin(self, header: Header) -> None:
        self.header, self.columns = header, None
        if self.tag:
            header.names[-1:] = [self.tag]

    def _rows(self, lines: list[str]) -> None:
        cells, odd = self.header.cells(lines) if self.header else ({}, 0)
        self.odd, self.seen = self.odd + odd, self.seen + len(lines)
        if cells:
            self.columns = self.columns or Columns.of(cells)
            self.table.add(cells, self.columns)

    def lost_sentences(self, name: str) -> list[str]:
        """A sentence for each thing that could not be read, rows that do not fit their header among them; `name` is the file's."""
        odd = f"{name}: {self.odd} rows have other columns than their header and were not used"
        return [weighty(odd, self.odd, self.seen)] * bool(self.odd) + self.lines.lost_sentences(name)


def read(path: Path, earlier: Log | None, tag: str = "", home: Path | None = None) -> Log:
    """The file's curves; of a file that grew since `earlier` only what is new is read.

    Raises
    ------
    OSError
        The file could not be opened or read.
    """
    with path.open("rb") as file:
        known = earlier.rest if earlier and isinstance(earlier.rest, CsvRows) and earlier.rest.lines.go_on_in(file) else None
        rows = known or CsvRows(tag)
        for lines in rows.lines.new(file):
            rows.take(lines)
        _take_last(rows, file)
    return rows.table.log(path, rows.lost_sentences(path.name), home=home, rest=rows)


def _take_last(rows: CsvRows, file: BinaryIO) -> None:
    """Take in the last row of a small file, which is read anew when it grows, where only its end of line is missing."""
    lines = rows.lines
    if lines.torn and not lines.settled:
        file.seek(0)
        if is_whole(lines.torn, file.read(lines.offset)):
            rows.take([lines.torn.decode("utf-8", "replace")])
            lines.take_torn()
