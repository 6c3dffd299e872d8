"""The lines of a block in their order: those of one shape are read at once, the others one by one."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise, repeat

import numpy as np

from advisor.reading.failures.kept import Failures
from advisor.reading.failures.words import has_sign
from advisor.reading.printed.curves import Curves
from advisor.reading.printed.prefix import stripped, time_of
from advisor.reading.printed.signs import LABEL, may_measure
from advisor.reading.printed.table import begins
from advisor.reading.shapes.alike import Alike, read_alike
from advisor.reading.shapes.block import Block
from advisor.reading.shapes.heard import may_tell, worth_hearing
from advisor.reading.shapes.in_order import ALONE, InOrder
from advisor.reading.shapes.placing import Placing
from advisor.reading.shapes.templates import Template, template_of

ALIKE = 16  # lines of one shape before a template of it is made
SHAPES = 1 << 16  # kinds of lines remembered
SEVERAL = 16  # lines: fewer are placed one by one
FEW = 8  # shapes: each is looked for among all lines


@dataclass(slots=True)
class Shape:
    """Lines that differ by their digits only: whether they may measure, may tell of a failure, how many came, and what reads them."""

    measures: bool
    tells: bool
    seen: int = 0
    template: Template | None = None


Shapes = dict[bytes, Shape | None]  # a line without its digits -> its shape, None where it may say nothing


class Walk:
    """A block on its way into failures and, if it `measures`, curves."""

    def __init__(self, block: Block, known: Shapes, failures: Failures, curves: Curves, measures: bool):
        self.block, self.failures, self.curves, self.measures = block, failures, curves, measures
        self.groups: list[Alike] = []
        self.alone: dict[int, Shape] = {}  # by their rows
        self.heard: set[int] = set()  # rows of groups that tell of a failure
        for shape, rows in _by_shape(block, known, curves):
            self._sort(shape, rows)

    def _sort(self, shape: Shape, rows: np.ndarray) -> None:
        """Read these rows at once, as far as that can be done."""
        if self.measures and shape.measures:
            before, shape.seen = shape.seen, shape.seen + len(rows)
            if before < ALIKE <= shape.seen:
                text = self.block.decoded(rows[0])
                shape.template = _template(text, stripped(text))
            found, rows = read_alike(shape.template, self.block, rows) if shape.template else (None, rows)
            if found:
                self.groups.append(found)
                self.heard.update(worth_hearing(self.block, found.rows).tolist() if shape.tells else ())
        if shape.tells or self.measures:
            self.alone.update(zip(rows.tolist(), repeat(shape), strict=False))

    def take(self) -> None:
        """Take in all lines in their order."""
        alone = np.array(sorted(self.alone), int)
        timed = bool(self.groups)  # without groups each line tells its own time when it is looked at
        told = [time_of(self.block.decoded(row)) if timed and self.alone[row].measures else np.nan for row in alone.tolist()]
        lines = InOrder(self.groups, alone, np.array(told, float), self.curves.wall)
        placing = Placing(lines, self.curves)
        for start, end in pairwise(lines.bounds([*self.heard], self.curves.steps.counted)):
            while start < end and (lines.owner[start] == ALONE or self.curves.table.is_open):
                self._look_at(int(lines.rows[start]))
                start += 1
            if start < end:
                if self.heard and (row := int(lines.rows[start])) in self.heard:
                    self._hear(row, text := self.block.decoded(row), stripped(text))
                placing.take(start, end)
        placing.store()
        self.curves.lines += len(self.block)

    def _look_at(self, row: int) -> None:
        """Take in one line by itself."""
        text, shape = self.block.decoded(row), self.alone.get(row)
        plain = stripped(text)
        if row in self.heard or (shape and shape.tells):
            self._hear(row, text, plain)
        if self.measures and (shape is None or shape.measures):
            self.curves.look(self.curves.lines + row, text, plain)

    def _hear(self, row: int, text: str, plain: str) -> None:
        above = self.block.decoded(row - 1) if row else ""
        below = map(self.block.decoded, range(row + 1, len(self.block)))
        self.failures.look(self.block.number(row), text, plain, self.curves.measured, above, below)


def _by_shape(block: Block, known: Shapes, curves: Curves) -> Iterator[tuple[Shape, np.ndarray]]:
    """The shapes in a block that may say something, each with the rows of its lines, in ascending order."""
    passed_by = dict[bytes, Shape | None]()
    if unknown := [i for i, line in enumerate(block.shapes) if line not in known]:
        times, first = np.bincount(block.shape_of), np.zeros(len(block.shapes), int)
        first[block.shape_of[::-1]] = np.arange(len(block))[::-1]
        for i in unknown:
            plain = stripped(block.decoded(int(first[i])))
            alone, asked = bool(times[i] == 1), curves.asks_of(int(times[i]))
            shape = _shape(plain, asked, alone)
            lasting = asked and not (alone and has_sign(plain))  # what was not asked of all like it is asked where they come again
            (known if lasting else passed_by)[block.shapes[i]] = shape
            curves.kinds += bool(shape and shape.measures)
    found = {i: shape for i, line in enumerate(block.shapes) if (shape := known.get(line) or passed_by.get(line))}
    yield from zip(found.values(), _rows_of(block, [*found]), strict=True)
    if len(known) > SHAPES:
        known.clear()


def _rows_of(block: Block, shapes: list[int]) -> list[np.ndarray]:
    """The rows of the lines of each of these shapes, in ascending order."""
    if len(shapes) <= FEW:
        return [np.flatnonzero(block.shape_of == shape) for shape in shapes]
    place = np.full(len(block.shapes), -1)
    place[shapes] = np.arange(len(shapes))
    which = place[block.shape_of]
    rows = np.argsort(which, kind="stable")
    return np.split(rows, np.searchsorted(which[rows], np.arange(len(shapes))))[1:]


def _shape(plain: str, asked: bool, alone: bool) -> Shape | None:
    measures, tells = asked and may_measure(plain), may_tell(plain, alone)
    return Shape(measures, tells) if measures or tells else None


def _template(text: str, plain: str) -> Template | None:
    """How lines like this one are read, as it is and without its prefixes; None for those that other lines make readable."""
    return None if begins(plain) or LABEL.match(plain) else template_of(text, plain)
