"""The lines of a piece of text, and where the digits stand in them."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

DIGITS = b"0123456789"
LONGEST = 4000  # bytes of a line looked at
NEWLINE = ord("\n")


class Block:
    """Text cut into lines; what a progress bar wrote over itself comes apart, under the number of its line.

    Attributes
    ----------
    text : uint8 array, shape (bytes,)
    starts, ends : int array, shape (n,)
        Where each line begins and ends.
    shapes : list of n bytes
        The lines without their digits.
    """

    def __init__(self, text: bytes, first: int):
        """`first` is the number of the first line."""
        self._as_it_was = text = text.replace(b"\r\n", b"\n") if b"\r" in text else text
        self._first = first
        self._bytes = text.replace(b"\r", b"\n") if b"\r" in text else text
        self.text = np.frombuffer(self._bytes, np.uint8)
        self.ends = np.append(np.flatnonzero(self.text == NEWLINE), len(self.text))
        self.starts = np.append(0, self.ends[:-1] + 1)
        self.shapes = self._bytes.translate(None, DIGITS).split(b"\n")

    def __len__(self) -> int:
        return len(self.shapes)

    def line(self, row: int) -> bytes:
        """One line, cut where it is too long."""
        start = int(self.starts[row])
        return self._bytes[start : min(int(self.ends[row]), start + LONGEST)]

    def decoded(self, row: int) -> str:
        """One line as text."""
        return self.line(row).decode("utf-8", "replace")

    def number(self, row: int) -> int:
        """The number of the line in its file."""
        if self._as_it_was is self._bytes:
            return self._first + row
        return self._first + int(np.searchsorted(self._newlines, self.starts[row]))

    @cached_property
    def _newlines(self) -> np.ndarray:
        return np.flatnonzero(np.frombuffer(self._as_it_was, np.uint8) == NEWLINE)

    @cached_property
    def digits(self) -> "Digits":
        """Where its digits stand."""
        is_digit = np.zeros(len(self.text) + 2, bool)
        is_digit[1:-1] = (self.text - ord("0")) < len(DIGITS)
        edges = np.flatnonzero(is_digit[1:] != is_digit[:-1]).astype(np.int32)
        firsts = np.searchsorted(edges[::2], np.append(self.starts, len(self.text)))
        return Digits(self.text, edges[::2], edges[1::2], firsts)


@dataclass(frozen=True)
class Digits:
    """The runs of digits in a block.

    Attributes
    ----------
    text : uint8 array, shape (bytes,)
    starts, ends : int array, shape (runs,)
    firsts : int array, shape (lines + 1,)
        The first run of each line.
    """

    text: np.ndarray
    starts: np.ndarray
    ends: np.ndarray
    firsts: np.ndarray

    def of(self, rows: np.ndarray, n: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Which of the rows have n runs, and where these start and end: shapes (rows,), (n, k) and (n, k)."""
        whole = self.firsts[rows + 1] - self.firsts[rows] == n
        runs = self.firsts[rows[whole]] + np.arange(n)[:, None]
        return whole, self.starts[runs], self.ends[runs]

    def integers(self, rows: np.ndarray, runs: Sequence[int]) -> list[np.ndarray]:
        """The digits of these runs of each row, counted from its first, as integers, shape (rows,) each."""
        places = [self.firsts[rows] + run for run in runs]
        return [integers(self.text, self.starts[at], self.ends[at]) for at in places]


def integers(text: np.ndarray, starts: np.ndarray, ends: np.ndarray) -> np.ndarray:
    """The digits that stand from each start to each end as integers, shape (n,); of more than 18 digits they are none of use."""
    least, most = int((ends - starts).min()), int((ends - starts).max())
    found = np.zeros(len(starts), np.int64)
    for place in range(most):
        further = found * 10 + (text.take(starts + place, mode="clip") - ord("0"))
        found = further if place < least else np.where(starts + place < ends, further, found)
    return found
