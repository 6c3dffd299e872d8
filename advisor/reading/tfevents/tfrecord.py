"""TFRecord files, a few MiB at a time: every whole record, also out of damaged bytes.

A record is the payload's length (8 bytes), that length's CRC (4), the payload, and the payload's CRC (4). After damage the next place whose
length carries the right CRC is where reading goes on, so a bad region costs only itself.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

import numpy as np

from advisor.reading.storage.gaps import Gap
from advisor.reading.tfevents import crc32c
from advisor.reading.tfevents.frames import FOOT, HEAD, chain, next_header, right_headers
from advisor.reading.tfevents.rows import equal_rows, padded, rows_at

BLOCK = 2 << 20  # bytes read at a time
HUGE = 64 << 20  # a record above this is passed over unread: no scalar or histogram is so large
LONG = 1024  # bytes of a payload whose CRC is taken by itself
FEW = 8  # payloads of one length whose CRCs are taken one by one


@dataclass
class Window:
    """Some bytes of a file, from `origin` on: where in them its whole payloads start and end, and what could not be read.

    `starts` and `ends` are int64 and of shape (n,).
    """

    data: bytes
    origin: int
    starts: np.ndarray
    ends: np.ndarray
    gaps: list[Gap] = field(default_factory=list)

    def lose(self, records: np.ndarray) -> None:
        """Take out the records at these places, shape (k,), that turned out to be damaged; each leaves a gap."""
        for start, end in zip(self.starts[records].tolist(), self.ends[records].tolist(), strict=True):
            self.gaps.append(Gap(self.origin + start - HEAD, end - start + HEAD + FOOT))
        self.starts, self.ends = np.delete(self.starts, records), np.delete(self.ends, records)


def windows(file: BinaryIO) -> Iterator[Window]:
    """The file from where it stands to its end; at most `HUGE` bytes are held at once."""
    data, origin = b"", file.tell()
    while block := file.read(max(BLOCK, len(data))):  # of a long record twice as much each time
        data = data + block if data else block
        window, used = _whole(data, origin, ended=False)
        yield window
        data, origin = data[used:], origin + used
        if len(data) > HUGE:
            after = origin + HEAD + struct.unpack_from("<Q", data)[0] + FOOT
            if after > file.seek(0, 2):
                break
            data, origin = b"", file.seek(after)
    yield _whole(data, origin, ended=True)[0]


def _whole(data: bytes, origin: int, ended: bool) -> tuple[Window, int]:
    """The whole records of `data`, which begins at `origin` in the file, and how many bytes are done with."""
    at, parts, gaps = 0, [], []
    while True:
        starts, hole, goes_on = _sure(data, at, ended)
        parts.append((starts + HEAD, np.append(starts[1:], hole)[: len(starts)] - FOOT))
        if hole == len(data) or (goes_on and not ended):
            break
        found = next_header(data, hole + 1)
        at = found if found is not None else len(data) if ended else len(data) - HEAD + 1
        gaps.append(Gap(origin + hole, at - hole, torn=goes_on and found is None))
        if found is None:
            hole = at
            break
    payload_starts, payload_ends = map(np.concatenate, zip(*parts, strict=True))
    return Window(data, origin, payload_starts, payload_ends, gaps), hole


def _sure(data: bytes, at: int, ended: bool) -> tuple[np.ndarray, int, bool]:
    """The records from `at` on up to the first hole, where that is, and whether it is but a record that goes on after the data.

    A record counts once the header after it is right. Where that is wrong or there is none, its own payload must have the right CRC.
    """
    starts, end = chain(data, at)
    right = right_headers(data, starts)
    if goes_on := bool(right.all()):
        if len(starts) and starts[-1] == end:
            return starts[:-1], end, True
        if not ended:
            return starts[:-1], int(starts[-1]) if len(starts) else at, True
        hole = end
    else:
        first = int(right.argmin())
        starts, hole = starts[:first], int(starts[first])
    if len(starts) and not is_right(data[int(starts[-1]) + HEAD : hole]):
        return starts[:-1], int(starts[-1]), False
    return starts, hole, goes_on


def is_right(payload_and_crc: bytes) -> bool:
    """Whether the last four bytes are the CRC of all before them."""
    payload, crc = payload_and_crc[:-FOOT], payload_and_crc[-FOOT:]
    return int(crc32c.masked(crc32c.of_message(payload))[0]).to_bytes(FOOT, "little") == crc


def wrong_payloads(window: Window) -> np.ndarray:
    """The places, shape (k,), of the records of a window whose payload has another CRC than was written behind it."""
    data, starts, ends = window.data, window.starts, window.ends
    right = np.zeros(len(starts), bool)
    for length, records in equal_rows(ends - starts):
        if len(records) < FEW or length > LONG:
            right[records] = [is_right(data[a : b + FOOT]) for a, b in zip(starts[records].tolist(), ends[records].tolist(), strict=True)]
        else:
            width = padded(length)
            crcs = crc32c.of_rows(rows_at(data, ends[records] - width, width, "u8"), width - length)
            right[records] = crc32c.masked(crcs) == rows_at(data, ends[records], FOOT, "<u4")[:, 0]
    return np.flatnonzero(~right)
