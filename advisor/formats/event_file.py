"""TensorBoard event files: scalars old and new, histograms, hyperparameters; neither TensorBoard nor protobuf is needed.

https://github.com/tensorflow/tensorboard/tree/master/tensorboard/compat/proto: event.proto, summary.proto, tensor.proto
"""

import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

import numpy as np

from advisor.formats import Log
from advisor.tfevents.book import Book
from advisor.tfevents.curves import grown_histograms, grown_scalars
from advisor.tfevents.frames import FOOT
from advisor.tfevents.tfrecord import Gap, noted, windows, wrong_payloads

NAME = "tensorboard"
BESIDE = False
POINTER = b"version https://git-lfs"
NAMED = 10  # damaged places told one by one
MARK = 64  # bytes at the begin and before the place to read on, by which a file is known again


@dataclass(frozen=True)
class Rest:
    """What it takes to read on in a file that grew."""

    position: int = 0  # the end of the last whole record
    mark: bytes = b""
    verify: bool = False
    events: int = 0
    gaps: tuple[Gap, ...] = ()
    plugins: Mapping[str, bytes] = field(default_factory=dict)
    orders: Mapping[str, np.ndarray] = field(default_factory=dict)  # of curves whose steps fall back: the place of each point in the file


def sniff(path: Path) -> bool:
    """A file with "tfevents" in its name, and not the text Git LFS leaves in a file's place."""
    return "tfevents" in path.name and path.is_file() and not is_pointer(path)


def is_pointer(path: Path) -> bool:
    """Whether Git LFS left a few lines of text where the event file should be."""
    try:
        with path.open("rb") if "tfevents" in path.name and path.is_file() else io.BytesIO() as file:
            return file.read(len(POINTER)) == POINTER
    except OSError:
        return False


def read(path: Path, earlier: Log | None = None, verify: bool = False) -> Log:
    """Every point of the file, in order of steps; with `verify` none of a record whose checksum is wrong.

    A file that has only grown since it was read as `earlier` is read from there on.

    Raises
    ------
    OSError
        The file could not be opened or read.
    """
    with path.open("rb") as file:
        before = earlier if earlier and _is_same(file, earlier.rest, verify) else Log(path, rest=Rest())
        rest: Rest = before.rest
        book, gaps, position = Book(before.hparams, rest.plugins, before.started), [*rest.gaps], rest.position
        reached, events = file.seek(position), rest.events
        for window in windows(file):
            reached = window.origin + len(window.data)
            position = window.origin + int(window.ends[-1]) + FOOT if len(window.ends) else position
            if verify:
                window.lose(wrong_payloads(window))
            window.lose(book.read(window))
            events += len(window.starts)
            for gap in sorted(window.gaps):
                noted(gaps, gap)
        size = file.seek(0, 2)
        mark = _mark(file, position)
    scalars, orders = grown_scalars(before.scalars, rest.orders, book)
    plugins = {book.tags.names[tag]: plugin for tag, (_, plugin) in book.plugins.items()}
    return Log(
        path,
        scalars,
        grown_histograms(before.histograms, book),
        book.hparams,
        lost=tuple(told(path.name, gaps, events, size, reached)),
        started=book.started,
        purged_from=min((step for step in (before.purged_from, book.purged_from) if step is not None), default=None),
        rest=Rest(position, mark, verify, events, tuple(gap for gap in gaps if gap.offset < position), plugins, orders),
    )


def _is_same(file: BinaryIO, rest: Rest, verify: bool) -> bool:
    """Whether the file is the one that was read up to `rest`."""
    return rest.verify == verify and file.seek(0, 2) >= rest.position and _mark(file, rest.position) == rest.mark


def _mark(file: BinaryIO, position: int) -> bytes:
    """Some bytes by which the file is known again."""
    file.seek(0)
    head = file.read(min(MARK, position))
    file.seek(max(0, position - MARK))
    return head + file.read(min(MARK, position))


def told(name: str, gaps: list[Gap], events: int, size: int, reached: int) -> Iterable[str]:
    """A sentence for each damaged place."""
    if reached > size:
        yield f"{name} shrank from {reached} to {size} bytes while it was read; what had been read of it was kept"
    if not events:
        yield f"{name}: no whole record in its {size} bytes" if size else f"{name} is empty"
        return
    holes = [gap for gap in gaps if not gap.torn]
    for gap in holes[:NAMED]:
        yield f"{name}: {gap.size} bytes at offset {gap.offset} were damaged and are lost"
    if more := holes[NAMED:]:
        yield f"{name}: {sum(gap.size for gap in more)} bytes in {len(more)} more places were damaged and are lost"
    for gap in gaps[-1:]:
        if gap.torn:
            cut = f"the last record was cut at byte {gap.offset} (still being written, or ended hard)"
            yield f"{name}: {cut}; used the {events} complete records"
