"""Many short pieces of a file as the rows of a matrix."""

from collections.abc import Iterator

import numpy as np


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
