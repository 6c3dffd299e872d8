"""The framing of W&B's *.wandb files: LevelDB's log format, records in blocks of 32 KiB, each piece with its CRC.

https://github.com/google/leveldb/blob/main/doc/log_format.md, but with CRC-32 of the kind zlib has, after seven bytes of W&B's own.
"""

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

BLOCK = 32768
MAGIC = b":W&B"
START = 7  # bytes before the first record
WHOLE, FIRST, MIDDLE, LAST = 1, 2, 3, 4

_HEADER = struct.Struct("<IHB")  # CRC, length, kind


@dataclass
class Records:
    """Where the reading of a file stands.

    Attributes
    ----------
    offset : int
        Here a record begins.
    damaged : int
        Bytes of blocks that were passed over, as their CRC was wrong.
    torn : bool
        Whether after the last whole record there is the beginning of another.
    """

    offset: int = START
    damaged: int = 0
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
            if kind not in (WHOLE, FIRST, MIDDLE, LAST) or zlib.crc32(data, zlib.crc32(head[-1:])) != crc:
                self.damaged += left
                at, parts = file.seek(at + left), []
                self.offset = at
                continue
            at += _HEADER.size + length
            parts = [data] if kind in (WHOLE, FIRST) else [*parts, data]
            if kind in (WHOLE, LAST):
                self.offset = at
                whole, parts = b"".join(parts), []
                yield whole
