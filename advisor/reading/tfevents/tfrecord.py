"""TFRecord files, a few MiB at a time: every whole record, also out of damaged bytes.

A record is the payload's length (8 bytes), that length's CRC (4), the payload, and the payload's CRC (4). After damage the next place whose
length carries the right CRC is where reading goes on, so a bad region costs only itself.
"""

import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import BinaryIO

import numpy as np

from advisor.reading.storage.gaps import Gap
from advisor.reading.tfevents import crc32c
from advisor.reading.tfevents.frames import FOOT, HEAD, chain, ends_of, headers_from, right_headers
from advisor.reading.tfevents.rows import LONGEST, Alike, alike, rows_at

BLOCK = 2 << 20  # bytes read at a time
HUGE = 64 << 20  # a record above this is passed over unread: no scalar or histogram is so large
AGAIN = 4  # times the bytes of a window that are looked at for payloads which headers one within the other tell of


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

    @cached_property
    def alike(self) -> list[Alike]:
        """The payloads by their length."""
        return [*alike(self.data, self.starts, self.ends)]

    def lose(self, records: np.ndarray) -> None:
        """Take out the records at these places, shape (k,), that turned out to be damaged; each leaves a gap."""
        for start, end in zip(self.starts[records].tolist(), self.ends[records].tolist(), strict=True):
            self.gaps.append(Gap(self.origin + start - HEAD, end - start + HEAD + FOOT))
        if len(records):
            self.starts, self.ends = np.delete(self.starts, records), np.delete(self.ends, records)
            self.__dict__.pop("alike", None)


def windows(file: BinaryIO) -> Iterator[Window]:
    """The file from where it stands to its end; at most `HUGE` bytes are held at once."""
    data, origin = b"", file.tell()
    while block := file.read(max(BLOCK, len(data))):  # of a long record twice as much each time
        data = data + block if data else block
        window, used = _whole(data, origin, ended=False)
        if len(data) - used > HUGE and origin + used + HEAD + struct.unpack_from("<Q", data, used)[0] + FOOT > file.seek(0, 2):
            window, used = _whole(data, origin, ended=True)[0], len(data)  # it says that it is longer than the file
            window.gaps = [Gap(gap.offset, gap.size) for gap in window.gaps]
            file.seek(origin + used)
        yield window
        data, origin = data[used:], origin + used
        if len(data) > HUGE:
            data, origin = b"", file.seek(origin + HEAD + struct.unpack_from("<Q", data)[0] + FOOT)
    yield _whole(data, origin, ended=True)[0]


def _whole(data: bytes, origin: int, ended: bool) -> tuple[Window, int]:
    """The whole records of `data`, which begins at `origin` in the file, and how many bytes are done with."""
    starts, hole, goes_on = _sure(data, 0, ended)
    ends = np.append(starts[1:], hole)[: len(starts)]
    gaps: list[Gap] = []
    if hole < len(data) and (ended or not goes_on):
        more, ends_of_more, used = _scattered(data, hole, ended, goes_on, gaps)
        starts, ends = np.append(starts, more), np.append(ends, ends_of_more)
    else:
        used = hole
    return Window(data, origin, starts + HEAD, ends - FOOT, [Gap(origin + g.offset, g.size, g.torn) for g in gaps]), used


def _scattered(data: bytes, hole: int, ended: bool, torn: bool, gaps: list[Gap]) -> tuple[np.ndarray, np.ndarray, int]:
    """The records after a hole: where they start and end, shape (k,) each, and how many bytes are done with; notes the gaps between them.

    All places with a right header are judged at once, for damage may be everywhere. `torn` is whether at the hole stands a right header.
    """
    places = headers_from(data, hole + 1)
    ends = ends_of(data, places)
    waits = np.zeros(len(places), bool) if ended else ends + HEAD > len(data)
    sure = waits | np.isin(ends, places)
    unsure = np.flatnonzero(~sure & (ends <= len(data)))
    sure[unsure] = right_payloads(data, ends[unsure] - FOOT, alike(data, places[unsure] + HEAD, ends[unsure] - FOOT), AGAIN * len(data))
    kept, at, used = [], hole, len(data) if ended else len(data) - HEAD + 1
    for i in np.flatnonzero(sure).tolist():
        if places[i] >= at:
            if places[i] > at:
                gaps.append(Gap(at, int(places[i]) - at))
            at = int(places[i])
            if waits[i]:
                used = at
                break
            kept.append(i)
            at = int(ends[i])
    if at < used:
        gaps.append(Gap(at, used - at, torn=ended and ((not kept and torn) or bool(((places == at) & (ends > len(data))).any()))))
    return places[kept], ends[kept], max(at, used)


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


def wrong_payloads(window: Window, also_long: bool = True) -> np.ndarray:
    """The places, shape (k,), of the records of a window whose payload has another CRC than was written behind it."""
    looked_at = [several for several in window.alike if also_long or several.length <= LONGEST]
    right = right_payloads(window.data, window.ends, looked_at)
    return np.sort(np.concatenate([np.zeros(0, np.int64), *(several.places[~right[several.places]] for several in looked_at)]))


def right_payloads(data: bytes, ends: np.ndarray, payloads: Iterable[Alike], most: float = np.inf) -> np.ndarray:
    """Which payloads have the CRC that was written behind their ends: booleans, shape (n,); of long ones so many bytes are looked at."""
    right = np.zeros(len(ends), bool)
    for length, places, rows in payloads:
        if rows is None:
            looked_at = places if length <= LONGEST else places[: int(min(len(places), most // length))]
            most -= length * len(looked_at)
            right[looked_at] = [is_right(data[b - length : b + FOOT]) for b in ends[looked_at].tolist()]
        else:
            crcs = crc32c.of_rows(rows, 8 * rows.shape[1] - length)
            right[places] = crc32c.masked(crcs) == rows_at(data, ends[places], FOOT, "<u4")[:, 0]
    return right
