"""TensorBoard event files: scalars old and new, histograms, hyperparameters; neither TensorBoard nor protobuf is needed.

https://github.com/tensorflow/tensorboard/tree/master/tensorboard/compat/proto: event.proto, summary.proto, tensor.proto
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from advisor.reading.log import Log
from advisor.reading.storage.gaps import Gap, add_gap, gap_sentences
from advisor.reading.storage.git_lfs import is_pointer
from advisor.reading.storage.same_file import is_same_file
from advisor.reading.tfevents.book import Book
from advisor.reading.tfevents.curves import grown_histograms, grown_scalars, passed_over
from advisor.reading.tfevents.frames import FOOT
from advisor.reading.tfevents.tfrecord import windows, wrong_payloads

NAME = "tensorboard"
BESIDE = False
CHECKED = 8 << 20  # bytes at the start of a file of which short records are always compared with their checksums: that is soon done
MARK = 64  # bytes, first and last of those read, by which a file is known again


@dataclass(frozen=True)
class Rest:
    """What it takes to read on in a file that grew."""

    position: int = 0  # the end of the last whole record
    head: bytes = b""
    tail: bytes = b""
    verify: bool = False
    events: int = 0
    gaps: tuple[Gap, ...] = ()
    plugins: Mapping[str, bytes] = field(default_factory=dict)


def sniff(path: Path) -> bool:
    """A file with "tfevents" in its name, and not the text Git LFS leaves in a file's place."""
    return "tfevents" in path.name and path.is_file() and not is_pointer(path)


def read(path: Path, earlier: Log | None = None, verify: bool = False) -> Log:
    """Every point of the file, in order of steps; none of a record whose checksum is wrong, as far as `CHECKED` and with `verify` anywhere.

    A file that has only grown since it was read as `earlier` is read from there on.

    Raises
    ------
    OSError
        The file could not be opened or read.
    """
    with path.open("rb") as file:
        before = earlier if earlier and _goes_on(file, earlier.rest, verify) else Log(path, rest=Rest())
        rest: Rest = before.rest
        book, gaps, position = Book(before.hparams, rest.plugins, before.started), [*rest.gaps], rest.position
        reached, events, head, tail = file.seek(position), rest.events, rest.head, rest.tail
        for window in windows(file):
            reached = window.origin + len(window.data)
            head = head or window.data[:MARK]
            if len(window.ends):
                end = int(window.ends[-1]) + FOOT
                position, tail = window.origin + end, window.data[max(0, end - MARK) : end]
            if verify or window.origin < CHECKED:
                window.lose(wrong_payloads(window, also_long=verify))
            window.lose(book.read(window))
            events += len(window.starts)
            for gap in sorted(window.gaps):
                add_gap(gaps, gap)
        size = file.seek(0, 2)
    plugins = {book.tags.names[tag]: plugin for tag, (_, plugin) in book.plugins.items()}
    return Log(
        path,
        grown_scalars(before.scalars, book),
        grown_histograms(before.histograms, book),
        book.hparams,
        lost=(*lost_sentences(path.name, gaps, events, size, reached), *passed_over(path.name, book)),
        started=book.started,
        purged_from=min((step for step in (before.purged_from, book.purged_from) if step is not None), default=None),
        rest=Rest(position, head[:position], tail, verify, events, tuple(gap for gap in gaps if gap.offset < position), plugins),
    )


def _goes_on(file: BinaryIO, rest: object, verify: bool) -> bool:
    """Whether what was read up to `rest` holds of this file, and in this way."""
    return isinstance(rest, Rest) and rest.verify == verify and is_same_file(file, rest.position, rest.head, rest.tail)


def lost_sentences(name: str, gaps: list[Gap], events: int, size: int, reached: int) -> Iterable[str]:
    """A sentence for each damaged place."""
    if reached > size:
        yield f"{name} shrank from {reached} to {size} bytes while it was read; what had been read of it was kept"
    if not events:
        yield f"{name}: no whole record in its {size} bytes" if size else f"{name} is empty"
        return
    yield from gap_sentences(name, [gap for gap in gaps if not gap.torn], size)
    for gap in gaps[-1:]:
        if gap.torn:
            cut = f"the last record was cut at byte {gap.offset} (still being written, or ended hard)"
            yield f"{name}: {cut}; used the {events} complete records"
