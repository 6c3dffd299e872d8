"""Rows of comma- or tab-separated text, as loggers write them: sparse, padded, begun again, or under a header that changes."""

from pathlib import Path
from typing import BinaryIO

from advisor.reading.log import Log
from advisor.reading.storage.gaps import weighty
from advisor.reading.storage.growing_lines import Lines
from advisor.reading.storage.last_line import is_whole
from advisor.reading.storage.text_file import opened
from advisor.reading.tables.header import Header
from advisor.reading.tables.preamble import header_at
from advisor.reading.tables.table import Columns, Table

HEADERS = 1000  # remembered of one file


class CsvRows:
    """What was read of one growing file."""

    def __init__(self, tag: str = "") -> None:
        """`tag` is the name of the last column, where the file's place says it better than its header."""
        self.tag = tag
        self.lines, self.table = Lines(), Table()
        self.header: Header | None = None
        self.said = ""  # the header's line
        self.headers: dict[str, Header] = {}  # by their lines, each with what its columns mean
        self.columns: dict[str, Columns] = {}
        self.odd, self.seen = 0, 0

    def take(self, lines: list[str]) -> None:
        """Take in whole lines; each header among them tells of the rows below it, and one that says the same again is no row."""
        if self.header is None:
            lines = self._below_the_first(lines)
        begin, lines = 0, [line for line in lines if line != self.said]
        for i, line in enumerate(lines):
            if self.header and self.header.step in line and (header := self.headers.get(line) or Header(line)).is_of_a_log:
                self._rows(lines[begin:i])
                self._begin(line, header)
                begin = i + 1
        self._rows(lines[begin:])

    def _below_the_first(self, lines: list[str]) -> list[str]:
        """Take up the first header, and give what stands below it; all lines where there is none."""
        if (at := header_at(lines)) < 0:
            return lines
        below = next((row for row in lines[at + 1 :] if row.strip() and not row.startswith("#")), "")
        self._begin(lines[at], Header(lines[at], below))
        return lines[at + 1 :]

    def _begin(self, line: str, header: Header) -> None:
        self.said, self.header = line, header
        if self.tag:
            header.names[-1:] = [self.tag]
        if line not in self.headers and len(self.headers) >= HEADERS:
            self.headers.clear()
            self.columns.clear()
        self.headers[line] = header

    def _rows(self, lines: list[str]) -> None:
        cells, odd = self.header.cells(lines) if self.header else ({}, 0)
        self.odd, self.seen = self.odd + odd, self.seen + len(lines)
        if cells:
            self.columns[self.said] = self.columns.get(self.said) or Columns.of(cells)
            self.table.add(cells, self.columns[self.said])

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
    with opened(path) as file:
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
