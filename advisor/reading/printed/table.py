"""Measurements printed as tables: two columns of names and values, or a row of names above rows of numbers."""

import re

from advisor.reading.printed.names import counter_of
from advisor.signals.tags import meaning

ROW = re.compile(r"^\|([^|]*)\|([^|]*)\|$")  # the OpenAI logger, Stable-Baselines3, Spinning Up
RULE = re.compile(r"^[|+]? ?:?[-=+]{3}[-=+|:\s]*$")
HEADING = re.compile(r"^(?:epoch|step|iter|iteration)\s+[A-Za-z_][\w/.() \t-]*$", re.IGNORECASE)  # skorch, fastai, Ultralytics
APART = re.compile(r"\t[ \t]*| {2,}")  # between names of several words: "Step      Train loss", the HF Trainer's table in a notebook
PIPES = re.compile(r"^\|(?:[^|]*\|){3,}$")  # Markdown's tables, prettytable's, MATLAB's
COMMAS = re.compile(r"^(?:epoch|step|iter|iteration)?(?:, *[A-Za-z_][\w/. -]*){2,}$", re.IGNORECASE)  # a history that pandas printed
NUMBERS = re.compile(r"^\d+(?:, *[-+.\w]*){2,}$")
LIST = re.compile(r"\[[^\[\]]*\]")  # DeepXDE's parts of a loss, which is their sum
UNHEADED = re.compile(r"^\d+\s+(?:\[[^\[\]]*\]\s*){3}$")  # DeepXDE's row: its heading stands only where a training began
SIDES = re.compile(r"^(?:[\w.]+ - +)?Training\s*\|\s*Validation$")  # AllenNLP's: below it a name a row, and a number for each
SIDE_ROW = re.compile(r"^(?:[\w.]+ - +)?([A-Za-z][\w@./-]*)\s*\|\s*([-+.\w]+)\s*\|\s*([-+.\w]+)$")
SHORT = {"e": "epoch", "#": "step"}  # spaCy's counters, beside a loss
SPACY = re.compile(r"^E\s+#\s+LOSS\b")
FRAMES = {"frame": "step", "frames": "step"}  # a game's, beside its rewards
CELL = re.compile(r"^[-+]?(?:\d[\d.]*(?:e[-+]?\d+)?(?:/\d+)?[GMK%]?|nan|[-+]?inf(?:inity)?)$", re.IGNORECASE)


def is_part(text: str) -> bool:
    """Whether a stripped line could belong to a table that only other lines make readable."""
    known = (
        ROW.match(text)
        or RULE.match(text)
        or HEADING.match(text)
        or SPACY.match(text)
        or SIDES.match(text)
        or CELL.match(text.split(maxsplit=1)[0])
    )
    return bool(known or is_between_commas(text) or NUMBERS.match(text) or PIPES.match(text) or ("|" in text and SIDE_ROW.match(text)))


def begins(text: str) -> bool:
    """Whether a stripped line is the first of a table, or may be: all others are read as they stand while no table is open."""
    return bool(
        ROW.match(text)
        or HEADING.match(text)
        or SPACY.match(text)
        or SIDES.match(text)
        or UNHEADED.match(text)
        or is_between_commas(text)
        or is_between_pipes(text)
    )


def is_between_commas(text: str) -> bool:
    """Whether a line names columns of a training's table between commas, a loss among them."""
    return "loss" in text and bool(COMMAS.match(text))


def is_between_pipes(text: str) -> bool:
    """Whether a line names columns between pipes, a counter and a loss, a score or a second counter among them, and holds no number."""
    if not PIPES.match(text):
        return False
    names = _cells(text, "|")
    counters = sum(map(bool, map(counter_of, names)))
    objective = any((known := meaning(name)) and known.quantity in ("loss", "accuracy") for name in names)
    return counters + objective > 1 and counters > 0 and not any(map(CELL.match, names))


def _cells(text: str, mark: str) -> list[str]:
    """The cells of a row; of one between pipes those within the outer ones."""
    return [cell.strip() for cell in (text.strip("|") if mark == "|" else text).split(mark or None)]


class Table:
    """The table being printed, if one is; each of its entries comes out as one plain line of names and numbers."""

    def __init__(self) -> None:
        self.section = ""
        self.cells: list[str] = []
        self.columns: list[str] = []
        self.mark = ""  # what stands between them, where it is more than blanks
        self.of_sides = False

    @property
    def is_open(self) -> bool:
        """Whether the next line may belong to it, or end it."""
        return bool(self.cells or self.columns or self.of_sides)

    def entry(self, text: str) -> str | None:
        """The line to read now: the text itself outside of tables, "" inside of one, a whole entry at its end."""
        if row := ROW.match(text):
            self._row(row[1].strip(), row[2].strip())
            return ""
        if self.cells:
            whole, self.cells, self.section = ", ".join(self.cells), [], ""
            return whole
        if SIDES.match(text) or self.of_sides:
            return self._of_sides(text)
        if HEADING.match(text) or SPACY.match(text):
            self.columns, self.mark = APART.split(text) if APART.search(text) else text.split(), ""
            self.columns = [SHORT.get(name.lower(), name) for name in self.columns]
            return ""
        if is_between_commas(text):
            self.columns, self.mark = [name or "epoch" for name in _cells(text, ",")], ","
            return ""
        if is_between_pipes(text):
            self.columns, self.mark = _cells(text, "|"), "|"
            return ""
        if not self.columns and UNHEADED.match(text):
            self.columns, self.mark = ["Step", "Train loss", "Test loss", "Test metric"], ""
        return self._numbers(text) if self.columns and not RULE.match(text) else text

    def _of_sides(self, text: str) -> str:
        """A row of a name and a number of training and of validation; any other text ends the table."""
        row = SIDE_ROW.match(text)
        self.of_sides = bool(row or SIDES.match(text))
        if not row:
            return "" if self.of_sides else text
        told = zip(("training", "validation"), row.groups()[1:], strict=True)
        return ", ".join(f"{side} {row[1]}: {cell}" for side, cell in told if CELL.match(cell))

    def _row(self, name: str, value: str) -> None:
        if name.endswith("/") and not value:
            self.section = name
        elif CELL.match(value):
            self.cells.append(f"{self.section}{FRAMES.get(name.lower(), name)}: {value}")

    def _numbers(self, text: str) -> str:
        """A row of numbers under their names; any other text ends the table."""
        cells = _cells(text if self.mark else LIST.sub(_summed, text), self.mark)
        if self.mark == "|" and PIPES.match(text) and len(cells) == len(self.columns):
            if not any(map(CELL.match, cells)):
                self.columns = [" ".join(filter(None, names)) for names in zip(self.columns, cells, strict=True)]  # of two lines
                return ""
        elif self.mark == "|" or len(cells) < len(self.columns) or not CELL.match(cells[0]):
            self.columns = []
            return text
        pairs = zip(self.columns, (cell.rstrip(":") for cell in cells), strict=False)
        return ", ".join(f"{name}: {cell}" for name, cell in pairs if CELL.match(cell))


def _summed(listed: re.Match) -> str:
    """The sum of a list of numbers, as one cell; a list of anything else as a cell that holds no number."""
    try:
        return f"{sum(map(float, listed[0].strip('[] ').replace(',', ' ').split())):.9g}"
    except ValueError:
        return "-"
