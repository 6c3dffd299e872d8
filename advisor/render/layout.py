"""Blocks that fit themselves to the width they are given: parts that stay whole, a content beside its title, a curve."""

from collections.abc import Sequence
from dataclasses import dataclass

from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.measure import Measurement
from rich.padding import Padding
from rich.panel import Panel
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from advisor.render.curve_words import words
from advisor.render.figure import SCALE, figure
from advisor.scalar import Scalar
from advisor.wording import steps

NARROW = 60  # columns: with fewer a title stands above its content
WIDEST, NARROWEST = 60, 8  # columns of a curve


@dataclass
class Flowing:
    """The parts in their order, as many on a line as it holds, with a text `between` them; later lines are moved right by `indent`.

    With `most` they take at most so many lines: parts that do not fit are left out, but for the first, which is cut.
    """

    parts: Sequence[Text]
    between: str = "   "
    indent: int = 0
    most: int = 0

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """The lines."""
        lines: list[Text] = []
        for part in filter(None, self.parts):
            if lines and lines[-1].cell_len + len(self.between) + part.cell_len <= options.max_width:
                lines[-1].append(self.between).append_text(part)
                continue
            more = [Text(" " * self.indent * bool(lines or i)) + line for i, line in enumerate(self.wrapped(part, console, options))]
            lines += more if not lines or not self.most or len(lines) + len(more) <= self.most else []
        yield from lines

    def wrapped(self, part: Text, console: Console, options: ConsoleOptions) -> list[Text]:
        """The part on as many lines as it takes, or may take."""
        lines = list(part.wrap(console, max(options.max_width - self.indent, 1)))
        if 0 < self.most < len(lines):
            last = lines[self.most - 1]
            last.rstrip()
            last.truncate(options.max_width - 1)
            last.append("…")
            lines = lines[: self.most]
        return lines


@dataclass
class Titled:
    """A content beside its title, which takes `width` columns, or below it where there is little room."""

    title: str | Text
    content: RenderableType
    width: int
    style: str = "bold"

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """The two."""
        title = Text(self.title, self.style) if isinstance(self.title, str) else self.title
        if options.max_width < NARROW:
            yield from [title] if title else []
            yield Padding(self.content, (0, 0, 0, 2))
            return
        grid = Table.grid(padding=0)
        grid.add_column(min_width=self.width, max_width=self.width, no_wrap=True)
        grid.add_column(overflow="fold")
        grid.add_row(title, self.content)
        yield grid


@dataclass
class Drawn:
    """A curve with its scale, its steps from `first` to `last` marked; in words where nothing is to be drawn."""

    curve: Scalar
    name: str
    first: int | None = None
    last: int | None = None
    height: int = 3

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Its rows."""
        if is_plain(console):
            marked = "" if self.first is None or self.last is None else f" Marked: {steps(self.first, self.last)}."
            yield Text(words(self.name, self.curve) + marked)
            return
        width = max(NARROWEST, min(WIDEST, options.max_width - SCALE - 1))
        yield from figure(self.curve, self.first, self.last, width, self.height)


@dataclass
class Framed:
    """Rows in a frame with a title; below the title where nothing is to be drawn."""

    rows: Sequence[RenderableType]
    title: str
    style: str

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """The rows."""
        if is_plain(console):
            yield Text(self.title)
            yield Padding(Group(*self.rows), (0, 0, 0, 2))
            return
        yield Panel(Group(*self.rows), title=Text(self.title), title_align="left", border_style=self.style, padding=(0, 1))


@dataclass
class Bar:
    """A share of so many columns; nothing where nothing is to be drawn."""

    share: float
    width: int

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """The bar."""
        filled = 0 if is_plain(console) else round(self.share * self.width)
        yield Text.assemble(("█" * filled, "magenta"), ("" if is_plain(console) else "░" * (self.width - filled), "dim"))

    def __rich_measure__(self, console: Console, options: ConsoleOptions) -> Measurement:
        """Its columns."""
        return Measurement(0, 0) if is_plain(console) else Measurement(self.width, self.width)


class Divider:
    """A line across; an empty one where nothing is to be drawn."""

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """The line."""
        yield Text() if is_plain(console) else Rule(style="dim")


class PlainConsole(Console):
    """One on which nothing is drawn: no braille, no boxes, no colour; for screen readers, and for logs."""


def is_plain(console: Console) -> bool:
    """Whether nothing is to be drawn on it."""
    return isinstance(console, PlainConsole)
