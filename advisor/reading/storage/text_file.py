"""Text files opened as plain UTF-8, whichever of Unicode's forms they were written in: PowerShell and Excel write two bytes a character."""

import codecs
import io
import re
from pathlib import Path
from typing import BinaryIO

MARKS = {b"\xff\xfe\0\0": "utf-32", b"\0\0\xfe\xff": "utf-32", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}  # the longer ones first
LOOKED_AT = 64  # bytes by which a form without a mark is known: of plain characters every other byte is zero
PLAIN = re.compile(rb"[\t\n\r -~]{64,}")  # bytes of which no text in another form has so many in a row
MAY_BE_PLAIN = re.compile(rb"[\t\n\r -~]{2,63}\Z")
BLOCK = 1 << 16  # bytes turned into UTF-8 at a time


def opened(path: Path) -> BinaryIO:
    """The file's bytes, of another form of Unicode than plain UTF-8 its text in that; half a character at its end is left out.

    Raises
    ------
    OSError
        The file could not be opened or read.
    """
    file = path.open("rb")
    try:
        start = file.read(LOOKED_AT)
        file.seek(0)
        form = form_of(start)
        return file if form is None else io.BufferedReader(InUtf8(file, form), BLOCK)
    except BaseException:
        file.close()
        raise


def form_of(start: bytes) -> str | None:
    """The form of Unicode, as Python calls it, of a text that begins so; None for UTF-8 without a mark and for all else."""
    if start.startswith(codecs.BOM_UTF8):
        return "utf-8-sig"
    if b"\0" not in start:  # plain characters, of which any log has some, have zeros in all other forms
        return None
    if marked := next((form for mark, form in MARKS.items() if start.startswith(mark)), None):
        return marked
    low, high = start[::2], start[1::2]
    if len(start) < LOOKED_AT:
        return None
    return "utf-16-le" if not any(high) and all(low) else "utf-16-be" if not any(low) and all(high) else None


def whole_text(path: Path) -> str:
    """All that the file says; bytes that are no text are replaced.

    Raises
    ------
    OSError
        The file could not be opened or read.
    """
    with opened(path) as file:
        return file.read().decode("utf-8", "replace")


class InUtf8(io.RawIOBase):
    """A text in another form as UTF-8, made as it is read; to go back it is read from its start again."""

    def __init__(self, file: BinaryIO, form: str) -> None:
        self.file, self.form = file, form
        self._again()

    def _again(self) -> None:
        self.file.seek(0)
        self.decoder = codecs.getincrementaldecoder(self.form)("replace")
        self.at, self.ready = 0, memoryview(b"")
        self.kept, self.plain = b"", False  # bytes of which the next will tell; whether it is UTF-8 from here on

    def readable(self) -> bool:
        """Always."""
        return True

    def seekable(self) -> bool:
        """Always, by reading."""
        return True

    def tell(self) -> int:
        """The byte of UTF-8 that is read next, counted from the start."""
        return self.at

    def readinto(self, buffer) -> int:
        """Fill the buffer from its start; how many bytes that were, 0 at the end of the file."""
        while not self.ready:
            if not (block := self.file.read(BLOCK)) and not self.kept:
                return 0
            self.ready = memoryview(self._in_utf8(block))
        count = min(len(buffer), len(self.ready))
        buffer[:count], self.ready = self.ready[:count], self.ready[count:]
        self.at += count
        return count

    def _in_utf8(self, block: bytes) -> bytes:
        """The next bytes of the file, none at its end; from where another program wrote on in UTF-8 they are left as they are."""
        if self.form == "utf-8-sig":
            return self.decoder.decode(block).encode("utf-8", "replace")
        if self.plain:
            return block.replace(b"\0", b"")
        data, self.kept = self.kept + block, b""
        if run := PLAIN.search(data):
            self.plain = True
            return self.decoder.decode(data[: run.start()]).encode("utf-8", "replace") + data[run.start() :].replace(b"\0", b"")
        if block and (run := MAY_BE_PLAIN.search(data, max(0, len(data) - 63))):
            data, self.kept = data[: run.start()], data[run.start() :]
        return self.decoder.decode(data).encode("utf-8", "replace")

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Where to read next: as far as there is text, found by reading up to it."""
        if whence == io.SEEK_END:
            while self.read(BLOCK):
                pass
        wanted = max(0, offset + (0 if whence == io.SEEK_SET else self.at))
        if wanted < self.at:
            self._again()
        while self.at < wanted and self.read(min(BLOCK, wanted - self.at)):
            pass
        return self.at

    def close(self) -> None:
        """Close the file too."""
        self.file.close()
        super().close()
