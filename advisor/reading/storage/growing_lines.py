"""The whole lines of a file that may still grow: each look gives those that are new."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from advisor.reading.storage.gaps import weighty
from advisor.reading.storage.same_file import is_same_file
from advisor.reading.storage.text_file import opened

BLOCK = 4 << 20  # bytes read at a time
LONGEST = 64 << 20  # bytes; a line above is passed over
SETTLED = 1 << 16  # bytes; a file that was shorter is read anew, for its first rows tell what its columns are
KNOWN = 256  # bytes by which a file is known again, at its start and before the place where reading stopped


@dataclass
class Lines:
    """Where the reading of a file stands.

    Attributes
    ----------
    offset : int
        Bytes done with; here a line begins.
    torn : bytes
        What follows the last whole line: still being written, or cut off.
    passed_over : int
        Bytes in lines too long to be read.
    """

    offset: int = 0
    torn: bytes = b""
    passed_over: int = 0
    mark: bytes = b"\n"  # with which a line ends
    _start: bytes = b""
    _before: bytes = b""

    @property
    def settled(self) -> bool:
        """Whether so much was read that a later look goes on from here."""
        return self.offset >= SETTLED

    def go_on_in(self, file: BinaryIO) -> bool:
        """Whether to read on: enough was read, and this is still that file, grown or the same; not one put in its place."""
        return self.settled and is_same_file(file, self.offset, self._start, self._before)

    def new(self, file: BinaryIO) -> Iterator[list[str]]:
        """The lines written since the last look, without their ends, many at a time; bytes that are no UTF-8 are replaced."""
        file.seek(self.offset)
        pending = b""
        while block := file.read(BLOCK):
            if not self.offset and not pending:
                self._start, self.mark = block[:KNOWN], end_of_line(block)
            pending += block
            end = pending.rfind(self.mark) + 1
            if end:
                whole, pending = pending[:end], pending[end:]
                text = whole.decode("utf-8", "replace")
                self.offset += end
                self._before = whole[-KNOWN:]
                yield [line.removesuffix("\r") for line in text.split(self.mark.decode())[:-1]]
            if len(pending) > LONGEST:
                self._pass_over(file, len(pending))
                pending = b""
        self.torn = pending
        self._start = self._start[: self.offset]

    def take_torn(self) -> None:
        """What follows the last whole line was a whole line after all."""
        self.offset += len(self.torn)
        self._before, self.torn = self.torn[-KNOWN:], b""

    def lost_sentences(self, name: str) -> list[str]:
        """A sentence for each thing that could not be read."""
        long = f"{name}: {self.passed_over} bytes in lines above {LONGEST >> 20} MiB were passed over"
        cut = f"{name}: the last line was cut at byte {self.offset} (still being written, or ended hard); used the whole lines before it"
        return [weighty(long, self.passed_over, self.offset)] * bool(self.passed_over) + [cut] * bool(self.torn.strip())

    def _pass_over(self, file: BinaryIO, skipped: int) -> None:
        """Leave out the line of which so many bytes were read, and go to the next."""
        while (block := file.read(BLOCK)) and b"\n" not in block:
            skipped += len(block)
        end = block.find(b"\n") + 1
        self.offset += skipped + end
        self.passed_over += skipped + end
        self._before = block[:end][-KNOWN:]
        file.seek(self.offset)


def end_of_line(data: bytes) -> bytes:
    """With what the lines of a file end, by its first bytes: a line feed, or a carriage return where several come and no line feed."""
    return b"\r" if data.count(b"\r") > 1 and b"\n" not in data else b"\n"


def head(path: Path, size: int = 1 << 16) -> list[str]:
    """The whole lines among the first bytes of a file; the one that `size` cuts is left out, the last one of the file is not."""
    with opened(path) as file:
        data = file.read(size)
    lines = data.decode("utf-8", "replace").split(end_of_line(data).decode())
    kept = lines if len(data) < size else lines[:-1]
    return [line.removesuffix("\r") for line in kept if line.strip()]
