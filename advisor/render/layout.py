"""Blocks that fit themselves to the width they are given: parts that stay whole, a content beside its title, a curve."""

from collections.abc import Sequence
from dataclasses import dataclass

from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from advisor.render.figure import SCALE, figure
from advisor.scalar import Scalar

NARROW = 60  # columns: with fewer a title stands above its content
WIDEST, NARROWEST = 60, 8  # columns of a curve


@dataclass
class Flowing:
    """The parts in their order, as many on a line as it holds, with a text `between` them; later lines are moved right by `indent`.

    With `most` the first part takes at most so many lines, and of the others those that fit on its last are shown.
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
            elif not lines or not self.most:
                lines += [Text(" " * self.indent * bool(lines or i)) + line for i, line in enumerate(self.wrapped(part, console, options))]
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
    """A curve with its scale, its steps from `first` to `last` marked."""

    curve: Scalar
    first: int | None = None
    last: int | None = None
    height: int = 3

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Its rows."""
        width = max(NARROWEST, min(WIDEST, options.max_width - SCALE - 1))
        yield from figure(self.curve, self.first, self.last, width, self.height)
