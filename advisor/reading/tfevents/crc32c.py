"""CRC-32C, of one message or of many at once.

The remainder of a message is the exclusive or of what each of its bytes leaves when zeros follow it. So one table for each number of zeros
gives the remainder byte by byte, in any order and for any number of messages; and that of two halves gives that of the whole.
"""

from collections.abc import Callable
from functools import cache

import numpy as np

CHUNK = 256  # bytes of a message that are looked up at once
_EVERY = np.arange(256, dtype=np.uint8)
ONES = b"\x54\x64\x1f\x64"  # leaves all ones, with which a CRC begins


def _table() -> np.ndarray:
    table = np.arange(256, dtype=np.uint32)
    for _ in range(8):
        table = (table >> np.uint32(1)) ^ np.where(table & np.uint32(1), np.uint32(0x82F63B78), np.uint32(0))
    return table


_AFTER = [_table()]


def after(zeros: int) -> np.ndarray:
    """What each byte leaves when so many zeros follow it, shape (256,)."""
    while len(_AFTER) <= zeros:
        _AFTER.append(_AFTER[0][_AFTER[-1] & np.uint32(255)] ^ (_AFTER[-1] >> np.uint32(8)))
    return _AFTER[zeros]


def masked(crc: np.ndarray) -> np.ndarray:
    """CRCs as a TFRecord holds them: uint32, in their shape."""
    return ((crc >> np.uint32(15)) | (crc << np.uint32(17))) + np.uint32(0xA282EAD8)


def of_message(message: bytes) -> np.ndarray:
    """The CRC-32C of some bytes, shape (1,)."""
    value = _compiled()
    return of_chunks(message) if value is None else np.array([value(message)], np.uint32)


@cache
def _compiled() -> Callable[[bytes], int] | None:
    """The same in C, some times faster, where it happens to be installed; looked for once, for that takes longer than a short message."""
    try:
        from google_crc32c import value
    except ImportError:
        return None
    return value


def of_chunks(message: bytes) -> np.ndarray:
    """The same with numpy alone, shape (1,)."""
    whole = ONES + message
    chunks = np.frombuffer(bytes(-len(whole) % CHUNK) + whole, np.uint8).reshape(-1, CHUNK)  # zeros in front leave nothing
    crc = np.bitwise_xor.reduce(_leaves()[np.arange(CHUNK), chunks], axis=1)
    moves = _leaves()[:4]  # what the four bytes of a remainder leave when a chunk of zeros follows
    while len(crc) > 1:
        crc = np.concatenate([np.zeros(len(crc) % 2, np.uint32), crc])
        crc, moves = _moved(crc[::2], moves) ^ crc[1::2], _moved(moves, moves)
    return ~crc


@cache
def _leaves() -> np.ndarray:
    """What each byte leaves at each place of a chunk, shape (CHUNK, 256)."""
    return np.array([after(CHUNK - 1 - i) for i in range(CHUNK)])


def _moved(crc: np.ndarray, moves: np.ndarray) -> np.ndarray:
    first, second, third, fourth = (moves[i][(crc >> np.uint32(8 * i)) & np.uint32(255)] for i in range(4))
    return first ^ second ^ third ^ fourth


def of_rows(rows: np.ndarray, skipped: int = 0) -> np.ndarray:
    """The CRC-32C of each row of words, shape (n, width), without its first `skipped` bytes.

    Only the bytes that differ from the first row's are looked up.
    """
    bytes_ = np.ascontiguousarray(rows).view(np.uint8)
    first = bytes_[0]
    crc = np.repeat(of_message(first[skipped:].tobytes()), len(rows))
    varied = np.array([np.bitwise_or.reduce(column ^ column[0]) for column in rows.T]).view(np.uint8)
    for i in np.flatnonzero(varied).tolist():
        if i >= skipped:
            change = after(len(varied) - 1 - i)[_EVERY ^ first[i]]
            crc ^= np.take(change, bytes_[:, i].astype(np.intp), mode="wrap")  # of all ways to look up the quickest
    return crc
