"""The framing of W&B's *.wandb files: LevelDB's log format, records in blocks of 32 KiB, each piece with its CRC.

https://github.com/google/leveldb/blob/main/doc/log_format.md, but with CRC-32 of the kind zlib has, after seven bytes of W&B's own.
"""

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

from advisor.reading.storage.gaps import Gap, add_gap

BLOCK = 32768
MAGIC = b":W&B"
START = 7  # bytes before the first record
KINDS = WHOLE, FIRST, MIDDLE, LAST = 1, 2, 3, 4

_HEADER = struct.Struct("<IHB")  # CRC, length, kind


@dataclass
class Records:
    """Where the reading of a file stands.

    Attributes
    ----------
    offset : int
        Here a record begins.
    gaps : list of Gap
        Damaged places that were passed over: records whose CRC is wrong, and where none can begin the rest of the block.
    torn : bool
        Whether after the last whole record there is the beginning of another.
    """

    offset: int = START
    gaps: list[Gap] = field(default_factory=list)
    torn: bool = False

    def new(self, file: BinaryIO) -> Iterator[bytes]:
        """The whole records written since the last look."""
        at = file.seek(self.offset)
        parts: list[bytes] = []
        while True:
            if (left := BLOCK - at % BLOCK) < _HEADER.size:
                at = file.seek(at + left)
                left = BLOCK
            head = file.read(_HEADER.size)
            crc, length, kind = _HEADER.unpack(head) if len(head) == _HEADER.size else (0, 0, 0)
            data = file.read(length)
            if len(head) < _HEADER.size or (len(data) < length and length <= left - _HEADER.size):
                self.torn = bool(head or parts)
                return
            size = _HEADER.size + length
            if kind not in KINDS or length > left - _HEADER.size or zlib.crc32(data, zlib.crc32(head[-1:])) != crc:
                at, parts = self._pass_over(file, at, size if kind in KINDS and size <= left else left), []
                continue
            if kind in (MIDDLE, LAST) and not parts:  # its beginning was damaged
                at = self._pass_over(file, at, size)
                continue
            at += size
            parts = [data] if kind in (WHOLE, FIRST) else [*parts, data]
            if kind in (WHOLE, LAST):
                self.offset = at
                whole, parts = b"".join(parts), []
                yield whole

    def _pass_over(self, file: BinaryIO, at: int, size: int) -> int:
        """Leave out what cannot be read, together with the beginning of a record that it cut off; where reading goes on."""
        end = min(at + size, file.seek(0, 2))
        add_gap(self.gaps, Gap(self.offset, end - self.offset))
        self.offset = end
        return file.seek(end)
