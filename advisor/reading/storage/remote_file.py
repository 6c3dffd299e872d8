"""A file that lies elsewhere, read forward in blocks by fsspec, also from servers that know no ranges."""

import io
from contextlib import contextmanager
from typing import Any

from advisor.errors import AdvisorError
from advisor.reading.storage.web_answers import LONGEST

BLOCK = 8 << 20  # bytes asked for at a time
MOST = 4 << 30  # bytes of one file: a server may send for ever
SKIP = 1 << 20  # bytes thrown away at a time, where a server only sends from the start


@contextmanager
def as_oserror():
    """What goes wrong on the way, as an OSError: every cloud has exceptions of its own.

    Raises
    ------
    OSError
        Anything but an AdvisorError was raised inside.
    """
    try:
        yield
    except TimeoutError as error:
        raise OSError(str(error) or f"it took more than {LONGEST} seconds to answer") from error
    except (OSError, AdvisorError):
        raise
    except Exception as error:
        raise OSError(f"{type(error).__name__}: {error}" if str(error) else type(error).__name__) from error


class Blocks(io.RawIOBase):
    """A remote file, read forward in blocks; a server that can only send from the start is read from there again to go back."""

    def __init__(self, fs: Any, key: str) -> None:
        self.fs, self.key, self.at, self.sent = fs, key, 0, 0
        with as_oserror():
            self.file = fs.open(key, "rb", block_size=BLOCK, cache_type="none")
        self.size: int | None = getattr(self.file, "size", None)
        self.ranged = self.file.seekable()

    def readable(self) -> bool:
        """Always."""
        return True

    def seekable(self) -> bool:
        """Always, if need be by reading from the start again."""
        return True

    def tell(self) -> int:
        """The byte that is read next, counted from the start."""
        return self.at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Where to read next; to count from the end of a file whose size the server does not tell, it is read up to its end."""
        if whence == io.SEEK_END and self.size is None:
            self._skip_to(None)
        self.at = max(0, offset + {io.SEEK_SET: 0, io.SEEK_CUR: self.at, io.SEEK_END: self.size or 0}[whence])
        return self.at

    def readinto(self, buffer) -> int:
        """Fill the buffer from its start; how many bytes that were, 0 at the end of the file. OSError where the server fails."""
        if self.at >= MOST:
            raise OSError(f"it has more than {MOST >> 30} GiB, which is as much as is read from afar")
        with as_oserror():
            data = self._ranged(len(buffer)) if self.ranged else self._streamed(len(buffer))
        buffer[: len(data)] = data
        self.at += len(data)
        return len(data)

    def _ranged(self, count: int) -> bytes:
        self.file.seek(self.at if self.size is None else min(self.at, self.size))
        try:
            return self.file.read(count)
        except ValueError:  # fsspec's word for a server that knows no ranges
            self.ranged = False
            self._again()
            return self._streamed(count)

    def _streamed(self, count: int) -> bytes:
        self._skip_to(self.at)
        data = self.file.read(count)
        self.sent += len(data)
        return data

    def _skip_to(self, at: int | None) -> None:
        """Go to a place in what is sent; to its end, which tells the size, where `at` is None."""
        if at is not None and at < self.sent:
            self._again()
        while at is None or self.sent < at:
            data = self.file.read(SKIP if at is None else min(SKIP, at - self.sent))
            self.sent += len(data)
            if not data:
                self.size = self.sent
                return

    def _again(self) -> None:
        self.file.close()
        self.file, self.sent = self.fs.open(self.key, "rb", block_size=0), 0

    def close(self) -> None:
        """Close the file at the server too; again does nothing."""
        if not self.closed:
            self.file.close()
        super().close()
