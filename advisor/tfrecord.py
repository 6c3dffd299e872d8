"""The framing of TFRecord files: every whole record, also out of damaged bytes.

A record is the payload's length (8 bytes), that length's CRC (4), the payload, and the payload's CRC (4). After damage the next place whose
length carries the right CRC is where reading goes on, so a bad region costs only itself.
"""

import os
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

import numpy as np

BLOCK = 8 << 20  # bytes read at a time
HUGE = 64 << 20  # a record above this is passed over unread: no scalar or histogram is so large
HEAD = 12  # bytes of a length and its CRC
CHECKED = 1 << 20  # a payload above this is left to its parser

_HEADER = struct.Struct("<QI")


@dataclass(frozen=True)
class Gap:
    """A place where no record could be read. `torn` is the record a writer had not finished at the end of the file."""

    offset: int
    size: int
    torn: bool = False


def _crc_table() -> np.ndarray:
    table = np.arange(256, dtype=np.uint32)
    for _ in range(8):
        table = (table >> np.uint32(1)) ^ np.where(table & np.uint32(1), np.uint32(0x82F63B78), np.uint32(0))
    return table


_TABLE = _crc_table()


def masked_crc(columns):
    """The masked CRC-32C of bytes given one after the other: integers, or arrays that hold that byte of many messages at once."""
    crc: np.ndarray | np.uint32 = np.uint32(0xFFFFFFFF)
    for column in columns:
        crc = _TABLE[(crc ^ column) & np.uint32(0xFF)] ^ (crc >> np.uint32(8))
    whole = np.atleast_1d(~crc)
    return ((whole >> np.uint32(15)) | (whole << np.uint32(17))) + np.uint32(0xA282EAD8)


def right_headers(data: np.ndarray, starts) -> np.ndarray:
    """Which of the offsets `starts` in the bytes `data` hold a length with its right CRC: booleans, shape (len(starts),)."""
    heads = data[np.asarray(starts, np.int64)[:, None] + np.arange(HEAD)]
    return masked_crc(heads[:, :8].T) == heads[:, 8:].copy().view("<u4")[:, 0]


def next_header(data: np.ndarray, start: int, stride: int = 1 << 20) -> int | None:
    """The first offset from `start` on that holds a right header, None where there is none."""
    for at in range(start, len(data) - HEAD + 1, stride):
        chunk = data[at : at + stride + HEAD - 1]
        if not chunk.view(bool).any():
            continue
        zero = chunk == 0
        n = len(zero) - HEAD + 1
        # No record is 4 GiB long, so the upper half of its length is zero; and no length has the CRC zero.
        likely = zero[4 : 4 + n] & zero[5 : 5 + n] & zero[6 : 6 + n] & zero[7 : 7 + n] & ~(zero[8 : 8 + n] & zero[9 : 9 + n])
        places = at + np.flatnonzero(likely)
        right = places[right_headers(data, places)]
        if len(right):
            return int(right[0])
    return None


def records(file: BinaryIO, gaps: list[Gap]) -> Iterator[tuple[int, bytes]]:
    """The offset and the payload of every whole record; what could not be read is added to `gaps`.

    At most `HUGE` bytes are held at once, however long the file is.
    """
    data, origin = b"", 0
    while block := file.read(BLOCK):
        data += block
        used = yield from _whole(data, origin, gaps, ended=False)
        data, origin = data[used:], origin + used
        if len(data) > HUGE:
            after = origin + _end(data, 0)
            if after > os.fstat(file.fileno()).st_size:
                break
            data, origin = b"", file.seek(after)
    yield from _whole(data, origin, gaps, ended=True)


def _end(data: bytes, start: int) -> int:
    return start + HEAD + _HEADER.unpack_from(data, start)[0] + 4


def _hop(data: bytes, at: int) -> tuple[list[int], int]:
    """Every header from length to length, and where the last whole record ends; the last header may be of a record that goes on."""
    unpack, size, starts = _HEADER.unpack_from, len(data), []
    while at + HEAD <= size:
        starts.append(at)
        length, crc = unpack(data, at)
        end = at + HEAD + length + 4
        if end > size or not crc:  # no length has the CRC zero, but holes in files are full of them
            break
        at = end
    return starts, at


def _whole(data: bytes, origin: int, gaps: list[Gap], ended: bool):
    """Yield the whole records of `data`, which begins at `origin` in the file; return how many bytes are done with.

    A record counts once the header after it is right. Where that is wrong, its own payload must have the right CRC.
    """
    array, at, size = np.frombuffer(data, np.uint8), 0, len(data)
    while True:
        starts, end = _hop(data, at)
        wrong = np.flatnonzero(~right_headers(array, starts)) if starts else np.zeros(0, int)
        if len(wrong):
            first = int(wrong[0])
            hole = starts[first]
            sure = starts[:first] if first == 0 or _right_payload(data, starts[first - 1], hole) else starts[: first - 1]
            hole = starts[len(sure)]
        else:
            goes_on = bool(starts) and starts[-1] == end
            sure = starts[:-1] if goes_on or (starts and not ended) else starts
            hole = end if goes_on or ended else (starts[-1] if starts else at)
        for start, stop in zip(sure, [*sure[1:], hole], strict=False):
            yield origin + start, data[start + HEAD : stop - 4]
        if not (len(wrong) or ended) or hole == size:
            return hole
        found = next_header(array, hole + 1)
        if found is None:
            at = size if ended else size - HEAD + 1
            _note(gaps, Gap(origin + hole, at - hole, torn=not len(wrong)))
            return at
        at = found
        _note(gaps, Gap(origin + hole, at - hole))


def _right_payload(data: bytes, start: int, end: int) -> bool:
    payload = data[start + HEAD : end - 4]
    return len(payload) > CHECKED or int(masked_crc(payload)[0]).to_bytes(4, "little") == data[end - 4 : end]


def _note(gaps: list[Gap], gap: Gap) -> None:
    """Add a gap, as one with the gap before if it follows that without a record between."""
    if gaps and gaps[-1].offset + gaps[-1].size == gap.offset:
        before = gaps.pop()
        gap = Gap(before.offset, before.size + gap.size)
    gaps.append(gap)
