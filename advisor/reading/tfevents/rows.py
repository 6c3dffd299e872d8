"""Many short pieces of a file as the rows of a matrix."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

FEW = 8  # pieces of one length are sooner looked at one by one
LONGEST = 1024  # bytes of a piece that is put into a row


class Alike(NamedTuple):
    """Pieces of one length: their places among all, shape (k,), and each as a row of words that ends with it; None of few or long ones.

    The words are uint64 and of shape (k, width).
    """

    length: int
    places: np.ndarray
    rows: np.ndarray | None


def alike(data: bytes, starts: np.ndarray, ends: np.ndarray) -> Iterator[Alike]:
    """The pieces of `data` that start and end at these places, shape (n,), by their length."""
    for length, places in equal_rows(ends - starts):
        width, short = padded(length), len(places) >= FEW and length <= LONGEST
        yield Alike(length, places, rows_at(data, ends[places] - width, width, "u8") if short else None)


def equal_rows(lengths: np.ndarray) -> Iterator[tuple[int, np.ndarray]]:
    """Each length there is in `lengths`, shape (n,), and the places where it stands, shape (k,), in their order."""
    if len(lengths):
        order = np.argsort(lengths.astype(np.uint16) if lengths.max() < 1 << 16 else lengths, kind="stable")  # short numbers: by radix
        for places in np.split(order, np.flatnonzero(np.diff(lengths[order])) + 1):
            yield int(lengths[places[0]]), places


def rows_at(data: bytes, starts: np.ndarray, width: int, dtype: str = "u1") -> np.ndarray:
    """A copy of the `width` bytes from each start on, a row each, as numbers of a type: shape (n, width over the bytes of a number)."""
    everywhere = np.ndarray((max(0, len(data) - width + 1),), f"V{width}", data, strides=(1,))
    return everywhere[starts].view(dtype).reshape(len(starts), -1)


def padded(length: int) -> int:
    """The length of the whole 8-byte words that hold so many bytes."""
    return -(-length // 8) * 8
