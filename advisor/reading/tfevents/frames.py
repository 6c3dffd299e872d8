"""Where in the bytes of a TFRecord file its records begin: from length to length, and after damage wherever a right header is."""

import struct
from bisect import bisect_left

import numpy as np

from advisor.reading.tfevents import crc32c
from advisor.reading.tfevents.rows import rows_at

HEAD = 12  # bytes of a length and its CRC
FOOT = 4  # bytes of the payload's CRC
SHORT = 1024  # bytes; longer records are sooner gone through one by one
SAMPLE = 64  # records by which that is judged
FIRST = 9  # the byte an event begins with where its time comes first, as every usual writer has it
STRIDES = 1 << 12, 1 << 18  # bytes searched for headers at once, fewest and most

_HEADER = struct.Struct("<QI")


def right_headers(data: bytes, starts: np.ndarray) -> np.ndarray:
    """Which of the places `starts` hold a length with its right CRC: booleans, shape (len(starts),)."""
    if not len(starts):
        return np.zeros(0, bool)
    heads = rows_at(data, starts, HEAD)
    lengths, crcs = (np.ascontiguousarray(part) for part in (heads[:, :8], heads[:, 8:]))
    return crc32c.masked(crc32c.of_rows(lengths.view(np.uint64))) == crcs.view("<u4")[:, 0]


def headers_from(data: bytes, start: int) -> np.ndarray:
    """Every place from `start` on that holds a right header, shape (k,)."""
    array, stride = np.frombuffer(data, np.uint8), STRIDES[0]
    found = [np.zeros(0, np.int64)]
    while start + HEAD <= len(data):
        chunk = array[start : start + stride + HEAD - 1]
        if chunk.any():
            places = start + _likely_headers(chunk)
            found.append(places[right_headers(data, places)])
        start, stride = start + stride, min(4 * stride, STRIDES[1])
    return np.concatenate(found)


def ends_of(data: bytes, starts: np.ndarray) -> np.ndarray:
    """Where the records end whose right headers begin at these places, shape (k,)."""
    lengths = rows_at(data, starts, 8, "<u8")[:, 0] if len(starts) else np.zeros(0, np.uint64)
    return starts + lengths.astype(np.int64) + HEAD + FOOT


def _likely_headers(chunk: np.ndarray) -> np.ndarray:
    """No record is 4 GiB long, so the upper half of its length is zero; and no length has the CRC zero."""
    zero, n = chunk == 0, len(chunk) - HEAD + 1
    return np.flatnonzero(zero[4 : 4 + n] & zero[5 : 5 + n] & zero[6 : 6 + n] & zero[7 : 7 + n] & ~(zero[8 : 8 + n] & zero[9 : 9 + n]))


def chain(data: bytes, at: int) -> tuple[np.ndarray, int]:
    """Every header that is reached from the one at `at` on, from length to length, shape (n,), and where the last whole record ends.

    The last header may be that of a record that goes on beyond the data, or no header at all.
    """
    starts, end, goes_on = _hop(data, at, SAMPLE)
    parts = [np.array(starts, np.int64)]
    if goes_on and end - at > SAMPLE * SHORT:
        starts, end, goes_on = _hop(data, end, len(data))
        parts.append(np.array(starts, np.int64))
    begins, ends = _likely_short(data, end) if goes_on else (parts[0], parts[0])
    breaks = [*np.flatnonzero(ends[:-1] != begins[1:]).tolist(), len(begins) - 1]
    while goes_on:
        i = int(np.searchsorted(begins, end))
        if i < len(begins) and begins[i] == end:
            last = breaks[bisect_left(breaks, i)]
            parts.append(begins[i : last + 1])
            goes_on = ends[last] <= len(data)
            end = int(ends[last] if goes_on else begins[last])
        else:
            starts, end, goes_on = _hop(data, end, 1)
            parts.append(np.array(starts, np.int64))
    return np.concatenate(parts), end


def _hop(data: bytes, at: int, most: int) -> tuple[list[int], int, bool]:
    """At most so many headers, where the last whole record ends, and whether there may be more."""
    unpack, size = _HEADER.unpack_from, len(data)
    starts: list[int] = []
    while at + HEAD <= size:
        if len(starts) == most:
            return starts, at, True
        starts.append(at)
        length, crc = unpack(data, at)
        end = at + HEAD + length + FOOT
        if end > size or not crc:  # no length has the CRC zero, but holes in files are full of them
            break
        at = end
    return starts, at, False


def _likely_short(data: bytes, at: int) -> tuple[np.ndarray, np.ndarray]:
    """From `at` on, every place that looks like the header of an event shorter than 64 KiB, and where that would end."""
    array = np.frombuffer(data, np.uint8)
    begins = at + np.flatnonzero(array[at + HEAD :] == FIRST)
    lengths = np.ndarray((max(0, len(data) - 7),), "<u8", data, strides=(1,))[begins]
    begins, lengths = begins[lengths < 1 << 16], lengths[lengths < 1 << 16]
    return begins, begins + lengths.astype(np.int64) + HEAD + FOOT
