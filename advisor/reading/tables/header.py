"""The header of comma-, tab- or space-separated text: the names of the columns, and whether what is below it is a training's log."""

import csv
import io
from collections import Counter

from advisor.reading.printed.languages import in_english
from advisor.reading.step_falls import STUB
from advisor.reading.tables.cells import SPACES, counted, numbers, parted
from advisor.reading.tables.in_order import follow_each_other
from advisor.reading.tables.step_axis import CLOCKS, counters, counts_by_its_cells, is_history, is_log, is_of_losses, plain, rises
from advisor.reading.tables.table import Cells, Columns

MANY, CELLS = 10_000, 100_000  # rows or cells at once for which it pays to load pandas
IN_ORDER = 8  # rows
SEPARATORS = ",\t;|"


MONITOR = {"r": "episode_reward", "l": "episode_length", "t": "seconds_since_start"}  # a row an episode, as Gym's monitors write
COMMENT = "#{"  # a line above the header, with the settings of the environment


class Header:
    """The names of the columns, and what parts the cells below them; of two columns of one name the second is "name (2)".

    The first row tells where it is something else than parts the names: commas above tabs.
    """

    def __init__(self, line: str, row: str = "") -> None:
        line = in_english(line)
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
            spaces = SPACES if len(row.split()) == len(self.names) else self.separator
            self.separator = next((mark for mark in SEPARATORS if row.count(mark) == len(self.names) - 1), spaces)
        self.step = next(iter(counters(self.names)), "\n")  # stands in every other header of the file; no line holds "\n"

    @property
    def is_of_a_log(self) -> bool:
        """Whether columns of these names are the log of a training."""
        return is_log(self.names) or self.names[:3] == [*MONITOR.values()]

    def is_of_a_history(self, lines: list[str], of_losses: bool = False) -> bool:
        """Whether these rows are one an epoch, and no name counts them: by the names, or rows of losses or scores that follow each other.

        They do where each is nearer to the one before than rows in any order are. Where the file is known to hold losses one column of
        two may be anything, and the loss of any kind.
        """
        names = self._beside_the_count(lines)
        if is_history(names):
            return True
        if not (is_history(names, in_order=True) or (of_losses and is_of_losses(names))) or len(lines) <= IN_ORDER:
            return False
        losses = [numbers(column)[1] for name, column in self.cells(lines[:-1])[0].items() if "loss" in name.lower()]
        return any(follow_each_other(values, 0) for values in losses)

    def _beside_the_count(self, lines: list[str]) -> list[str]:
        """The names without that of a first column which counts, though its name does not say so."""
        cells, _ = self.cells(lines[:-1])
        counted = next((name for name in cells if counts_by_its_cells(name, cells[name])), None)
        return self.names[1:] if self.names and counted == self.names[0] else self.names

    def all_numbers(self, lines: list[str]) -> bool:
        """Whether these rows hold a number in every column but a clock, and there are enough of them."""
        whole = lines[:-1]  # the last may still be written
        cells, odd = self.cells(whole)
        measured = [column for name, column in cells.items() if plain(name) not in CLOCKS]
        return not odd and len(whole) >= STUB and all(len(numbers(column)[1]) == len(column) for column in measured)

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
            elif line.strip() and not line.startswith("#"):
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
        if not any(len(numbers(cells[name])[1]) for name in cells if name != columns.step):
            return False  # "Epoch 3, Loss: 0.31" is a printed line
        return rises(counted(cells[columns.step], n), counted(cells[columns.epoch], n) if columns.epoch else None)
