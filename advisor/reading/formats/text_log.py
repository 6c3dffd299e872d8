"""Text that a training printed: its curves where nothing else was logged, and the lines that tell of a failure."""

import copy
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

import numpy as np

from advisor.reading.log import Log
from advisor.reading.printed.curves import Curves, may_measure, template
from advisor.reading.printed.failures import LOUD, Failures, may_tell
from advisor.reading.printed.prefix import stripped
from advisor.reading.printed.templates import Template
from advisor.reading.storage.same_file import is_same_file

NAME = "text"
BESIDE = True
LAST_RESORT = True  # its curves count only where no other log gave any
SUFFIX = re.compile(r"\.(?:log|out|err|txt|stdout|stderr)(?:\.\d{1,3})?$|\.[oe]\d+$", re.IGNORECASE)  # also rotated, and of PBS jobs
NAMES = {"nohup.out", "stderr", "stdout"}
BLOCK = 4 << 20  # bytes read at once
WHOLE = 32 << 20  # bytes read line by line; of a larger file both ends, and blocks spread evenly between
LONGEST = 4000  # characters of a line looked at
SHAPES = 1 << 16  # kinds of lines remembered
MARK = 64  # bytes by which a file that grew is known again
DIGITS = b"0123456789"
ALIKE = 16  # lines of one shape before a template of it is made
COLOUR = re.compile(rb"\x1b(?:\[[0-9;?]*[ -/]*[@-~]|\][^\x07\x1b\n]*(?:\x07|\x1b\\))")
WIDE = (b"\xff\xfe", b"\xfe\xff")  # how UTF-16 begins: PowerShell redirects into it


@dataclass(slots=True)
class Shape:
    """Lines that differ by their digits only: whether they may measure, may tell of a failure, how many came, and what reads them."""

    measures: bool
    tells: bool
    seen: int = 0
    template: Template | None = None


Shapes = dict[bytes, Shape | None]  # a line without its digits -> its shape, None where it may say nothing


@dataclass
class Reading:
    """How far a file was read, and what it said so far."""

    failures: Failures
    curves: Curves = field(default_factory=Curves)
    offset: int = 0
    number: int = 1  # of the next line
    mark: bytes = b""  # the bytes just before the offset
    looked: int = 0  # bytes read line by line


def sniff(path: Path) -> bool:
    named = SUFFIX.search(path.name) or path.name.lower() in NAMES
    return bool(named) and "tfevents" not in path.name and path.is_file()


def read(path: Path, earlier: Log | None = None) -> Log:
    """Curves, and the first lines of each kind of failure, with their numbers.

    Of a file above `WHOLE` bytes the curves come from its ends and from blocks spread evenly between; the rest is searched for the
    words that failures are told in.

    Raises
    ------
    OSError
        The file could not be opened or read.
    """
    with path.open("rb") as file:
        size = file.seek(0, 2)
        reading = _resumed(file, earlier) or Reading(Failures(str(path)))
        file.seek(0)
        start = file.read(1024)
        if b"\0" in start:
            wide = start[:2] in WIDE and size <= WHOLE
            return _log(path, _finished(Reading(Failures(str(path))), _as_utf8(file, start)), size) if wide else Log(path)
        file.seek(reading.offset)
        known: Shapes = {}
        for block, whole in _blocks(file):
            if whole:
                _take(reading, block, size, known)
            else:
                return _log(path, _finished(copy.deepcopy(reading), block), size, reading)
    return _log(path, reading, size, reading)


def _resumed(file: BinaryIO, earlier: Log | None) -> Reading | None:
    """Where the earlier read stopped, if the file only grew since."""
    reading = earlier.rest if earlier else None
    known = isinstance(reading, Reading) and reading.offset > 0 and is_same_file(file, reading.offset, tail=reading.mark)
    return copy.deepcopy(reading) if known else None


def _as_utf8(file: BinaryIO, start: bytes) -> bytes:
    return (start + file.read()).decode("utf-16", "replace").encode()


def _finished(reading: Reading, text: bytes) -> Reading:
    """The reading with this text taken in, which no later read goes on from."""
    _look(reading, text, {})
    return reading


def _log(path: Path, reading: Reading, size: int, rest: Reading | None = None) -> Log:
    scalars, notes = reading.curves.scalars(path.name)
    if scalars and reading.looked < reading.offset:
        share = f"{reading.looked >> 20} of {size >> 20} MiB"
        notes = (*notes, f"{path.name}: its curves were taken from {share}, its ends and evenly between")
    walls = [curve.wall[0] for curve in scalars.values()]
    started = float(np.nanmin(walls)) if np.isfinite(walls).any() else 0.0
    return Log(path, scalars, lines=reading.failures.lines(reading.number, reading.curves.measured), lost=notes, started=started, rest=rest)


def _blocks(file: BinaryIO) -> Iterator[tuple[bytes, bool]]:
    """Blocks of whole lines, and at last what the file ends with of a line that has no end yet; longer lines than a block are cut."""
    rest = b""
    while data := file.read(BLOCK):
        data = rest + data
        cut = (data.rfind(b"\n") if b"\n" in data else data.rfind(b"\r", 0, -1)) + 1
        cut = cut or (len(data) if len(data) > BLOCK else 0)
        rest = data[cut:]
        if cut:
            yield data[:cut], True
    if rest:
        yield rest, False


def _take(reading: Reading, block: bytes, size: int, known: Shapes) -> None:
    """A block of whole lines: line by line, or where there are too many, only if it tells of a failure."""
    at_an_end = not reading.offset or reading.offset + len(block) >= size - BLOCK
    due = size <= WHOLE or at_an_end or bool(reading.curves.points and reading.looked * size <= WHOLE * reading.offset)
    if due or any(sign in block for sign in LOUD):
        _look(reading, block, known, curves=due)
    reading.looked += len(block) * due
    reading.number += block.count(b"\n")
    reading.offset += len(block)
    reading.mark = (reading.mark + block)[-MARK:]


def _look(reading: Reading, block: bytes, known: Shapes, curves: bool = True) -> None:
    """Every line whose like may say something, colours off; what a progress bar wrote over itself comes apart, under one number."""
    numbers, lines = _lines(COLOUR.sub(b"", block) if b"\x1b" in block else block, reading.number)
    shapes = b"\n".join(lines).translate(None, DIGITS).split(b"\n") if lines else []
    for i in [i for i, shape in enumerate(shapes) if known.get(shape, True)]:
        shape, text = shapes[i], lines[i][:LONGEST].decode("utf-8", "replace")
        kind = known.get(shape)
        if kind and kind.template and not kind.tells and curves and reading.curves.look_alike(kind.template, text):
            continue
        plain = stripped(text)
        if kind is None:
            known[shape] = kind = _shape(plain)
        if kind:
            _look_at(reading, kind, (numbers[i], text, plain), curves)
    if len(known) > SHAPES:
        known.clear()


def _shape(plain: str) -> Shape | None:
    measures, tells = may_measure(plain), may_tell(plain)
    return Shape(measures, tells) if measures or tells else None


def _look_at(reading: Reading, shape: Shape, line: tuple[int, str, str], curves: bool) -> None:
    """One line, by its number, as it is and without its prefixes."""
    number, text, plain = line
    if shape.tells:
        reading.failures.look(number, text, plain, reading.curves.measured)
    if shape.measures and curves and not (shape.template and reading.curves.look_alike(shape.template, text)):
        reading.curves.look(text, plain)
        shape.seen += 1
        if shape.seen == ALIKE:
            shape.template = template(text, plain)


def _lines(block: bytes, first: int) -> tuple[list[int] | range, list[bytes]]:
    """The lines of a block and their numbers."""
    block = block.replace(b"\r\n", b"\n") if b"\r" in block else block
    lines = block.split(b"\n")
    if b"\r" not in block:
        return range(first, first + len(lines)), lines
    parts = [(number, part) for number, line in enumerate(lines, first) for part in line.split(b"\r") if part]
    return [number for number, _ in parts], [part for _, part in parts]
