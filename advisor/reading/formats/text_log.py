"""Text that a training printed: its curves where nothing else was logged, and the lines that tell of a failure."""

import copy
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

import numpy as np

from advisor.reading.failures.kept import Failures
from advisor.reading.failures.words import LOUD
from advisor.reading.log import Log
from advisor.reading.printed.curves import Curves
from advisor.reading.printed.measures import measured
from advisor.reading.printed.prefix import stripped
from advisor.reading.printed.settings import HEAD, printed_settings
from advisor.reading.shapes.block import Block
from advisor.reading.shapes.walk import Shapes, Walk
from advisor.reading.storage.blocks import blocks_of_lines
from advisor.reading.storage.encodings import encoding_of
from advisor.reading.storage.last_line import LOOKED_AT, is_whole, unread_end
from advisor.reading.storage.same_file import is_same_file
from advisor.reading.storage.text_file import opened
from advisor.reading.tables.file_names import of_the_files_set

NAME = "text"
BESIDE = True
LAST_RESORT = True  # its curves count only where no other log gave any
SUFFIX = re.compile(
    r"\.(?:log|out|err|txt|stdout|stderr)(?:\.\d{1,3}|\.\d{4}-\d\d-\d\d)?$|\.[oe]\d+$", re.IGNORECASE
)  # also rotated, and of PBS jobs
NAMES = re.compile(r"(?:nohup\.out|stderr|stdout|(?:train(?:ing)?_)?(?:log|output)|screenlog\.\d+)$", re.IGNORECASE)
TABLES = {".csv", ".tsv", ".dat"}
FIRST, LOOKED_THROUGH = 3, 40  # lines by which text in a table's file is known, and among how many they are
BLOCK = 4 << 20  # bytes read at once
WHOLE = 32 << 20  # bytes read line by line; of a larger file both ends, and blocks spread evenly between
PIECE = 1 << 20  # bytes looked at together
NULS = 1024  # bytes at the start: a zero in them, and it is no text
MARK = 64  # bytes by which a file that grew is known again
COLOUR = re.compile(rb"\x1b(?:\[[0-9;?]*[ -/]*[@-~]|\][^\x07\x1b\n]*(?:\x07|\x1b\\))")
UP = re.compile(rb"\x1b\[\d*A")  # a bar goes back to the line of another: what follows is a line of its own


@dataclass
class Reading:
    """How far a file was read, and what it said so far."""

    failures: Failures
    curves: Curves = field(default_factory=Curves)
    offset: int = 0
    number: int = 1  # of the next line
    mark: bytes = b""  # the bytes just before the offset
    looked: int = 0  # bytes read line by line
    head: str = ""  # what the file begins with


def sniff(path: Path) -> bool:
    named = SUFFIX.search(path.name) or NAMES.match(path.name)
    if not named and path.suffix.lower() in TABLES:
        return path.is_file() and _is_printed(path)
    return bool(named) and "tfevents" not in path.name and path.is_file()


def _is_printed(path: Path) -> bool:
    """Whether a file that is named as a table begins as a training prints: several lines with their counter and their loss or score."""
    try:
        with opened(path) as file:
            lines = file.read(HEAD).decode("utf-8", "replace").splitlines()[:LOOKED_THROUGH]
    except OSError:
        return False
    told = [measured(stripped(line)) for line in lines]
    return sum(one is not None and one.plan.counts and one.plan.objective for one in told) >= FIRST


def read(path: Path, earlier: Log | None = None) -> Log:
    """Curves, and the first lines of each kind of failure, with their numbers.

    Of a file above `WHOLE` bytes the curves come from its ends and from blocks spread evenly between; the rest is searched for the
    words that failures are told in.

    Raises
    ------
    OSError
        The file could not be opened or read.
    """
    with opened(path) as file:
        size = file.seek(0, 2)
        reading = _resumed(file, earlier) or Reading(Failures(str(path)))
        file.seek(0)
        start = file.read(HEAD)
        if b"\0" in start[:NULS]:
            return Log(path)
        if (other := encoding_of(start)) and size <= WHOLE:
            return read_text(path, (start + file.read()).decode(other, "replace").encode())
        reading.head = _plain(start)
        file.seek(reading.offset)
        known: Shapes = {}
        for data, end in blocks_of_lines(file, BLOCK):
            if end:
                _take(reading, data, end, size, known)
            else:
                file.seek(max(0, reading.offset - LOOKED_AT))
                before = file.read(min(reading.offset, LOOKED_AT))
                return _log(path, *_finished(copy.deepcopy(reading), data, before), size, reading)
    return _log(path, reading, False, size, reading)


def read_text(path: Path, text: bytes) -> Log:
    """The same of a text that stands in the file in another form, and is whole."""
    return _log(path, *_finished(Reading(Failures(str(path)), head=_plain(text[:HEAD])), text), len(text))


def _resumed(file: BinaryIO, earlier: Log | None) -> Reading | None:
    """Where the earlier read stopped, if the file only grew since."""
    reading = earlier.rest if earlier else None
    known = isinstance(reading, Reading) and reading.offset > 0 and is_same_file(file, reading.offset, tail=reading.mark)
    return copy.deepcopy(reading) if known else None


def _plain(start: bytes) -> str:
    return COLOUR.sub(b"", start).decode("utf-8", "replace")


def _finished(reading: Reading, text: bytes, before: bytes = b"") -> tuple[Reading, bool]:
    """The reading with this text taken in, which no later read goes on from, and whether it ends in a line that was cut.

    A line without an end may be cut inside a number: then it measures nothing, but the failure that it may tell of stands.
    `before` is the text before this one.
    """
    cut = max(text.rfind(b"\n"), text.rfind(b"\r")) + 1
    _look(reading, text, cut, {})
    whole = is_whole(text[cut:], (before + text[:cut])[-LOOKED_AT:])
    _look(reading, text[cut:], len(text) - cut, {}, curves=whole)
    return reading, bool(text[cut:].strip()) and not whole


def _log(path: Path, reading: Reading, cut: bool, size: int, rest: Reading | None = None) -> Log:
    scalars, notes = reading.curves.scalars(path.name)
    scalars = of_the_files_set(scalars, path.stem)
    if scalars and cut:
        notes = (*notes, unread_end(path.name))
    if scalars and reading.looked < reading.offset:
        share = f"{reading.looked >> 20} of {size >> 20} MiB"
        notes = (*notes, f"{path.name}: its curves were taken from {share}, its ends and evenly between")
    walls = [curve.wall[0] for curve in scalars.values()]
    started = float(np.nanmin(walls)) if np.isfinite(walls).any() else 0.0
    lines = reading.failures.lines(reading.number, reading.curves.measured)
    unsure = {} if scalars else reading.curves.unsure
    hparams = printed_settings(reading.head)
    return Log(path, scalars, hparams=hparams, lines=lines, lost=notes, started=started, unsure=unsure, rest=rest)


def _take(reading: Reading, data: bytes, end: int, size: int, known: Shapes) -> None:
    """A block of whole lines: line by line, or where there are too many, only if it tells of a failure."""
    at_an_end = not reading.offset or reading.offset + end >= size - BLOCK
    due = size <= WHOLE or at_an_end or bool(reading.curves.points and reading.looked * size <= WHOLE * reading.offset)
    if due or any(data.find(sign, 0, end) >= 0 for sign in LOUD):
        reading.number = _look(reading, data, end, known, curves=due)
    else:
        reading.number += data.count(b"\n", 0, end)
    reading.looked += end * due
    reading.offset += end
    reading.mark = (reading.mark + data[max(0, end - MARK) : end])[-MARK:]


def _look(reading: Reading, text: bytes, end: int, known: Shapes, curves: bool = True) -> int:
    """Every line up to an end whose like may say something, colours off; the number of the line that follows."""
    if text.find(b"\x1b", 0, end) >= 0:
        text = COLOUR.sub(b"", UP.sub(b"\r", text[:end]))
        end = len(text)
    number = reading.number
    for piece in _pieces(text, end):
        block = Block(piece, number)
        Walk(block, known, reading.failures, reading.curves, curves).take()
        number += block.newlines
    return number


def _pieces(text: bytes, end: int) -> Iterator[bytes]:
    """The text up to its end in pieces of whole lines that a processor's cache holds."""
    start = 0
    while start < end:
        cut = text.find(b"\n", start + PIECE, end) + 1 or end
        yield text[start:cut]
        start = cut
