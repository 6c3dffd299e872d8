"""The lines of a piece of text, their shapes, and where the digits stand in them."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from advisor.reading.shapes.same_lines import same_lines

DIGITS = b"0123456789"
LONGEST = 4000  # bytes of a line looked at
NEWLINE = ord("\n")
WORD = 8  # digits that are read at once, as an integer of 64 bits
# Of a word that ends in so many digits, least significant byte first: their values, and 0 for what stands before them.
VALUES = np.array([int.from_bytes(bytes(WORD - n) + bytes([15] * n), "little") for n in range(WORD + 1)], np.uint64)


class Block:
    """Text cut into lines; what a progress bar wrote over itself comes apart, under the number of its line.

    Attributes
    ----------
    text : uint8 array, shape (bytes,)
    starts, ends : int array, shape (n,)
        Where each line begins and ends.
    shapes : list of k bytes
        The lines without their digits, each that is unlike all before it.
    shape_of : int array, shape (n,)
        Which of the shapes each line has.
    """

    def __init__(self, text: bytes, first: int):
        """`first` is the number of the first line."""
        self._as_it_was = text = text.replace(b"\r\n", b"\n") if b"\r" in text else text
        self._first = first
        self._bytes = text.replace(b"\r", b"\n") if b"\r" in text else text
        self.text = np.frombuffer(self._bytes, np.uint8)
        self.ends = np.append(np.flatnonzero(self.text == NEWLINE), len(self.text))
        self.starts = np.append(0, self.ends[:-1] + 1)
        self.shapes, self.shape_of = same_lines(self._bytes.translate(None, DIGITS))

    def __len__(self) -> int:
        return len(self.starts)

    @property
    def newlines(self) -> int:
        """How many lines of the text have an end."""
        return len(self) - 1 if self._as_it_was is self._bytes else self._as_it_was.count(b"\n")

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
        around = b"".join([bytes(WORD), self._bytes, bytes(1)])
        is_digit = (np.frombuffer(around, np.uint8, offset=WORD - 1) - ord("0")) < len(DIGITS)
        edges = np.flatnonzero(is_digit[1:] != is_digit[:-1]).reshape(-1, 2)
        firsts = np.searchsorted(edges[:, 0], np.append(self.starts, len(self.text)))
        return Digits(self.text, np.ndarray(len(self.text) + 1, "<u8", around, strides=(1,)), edges, firsts)


@dataclass(frozen=True)
class Digits:
    """The runs of digits in a block.

    Attributes
    ----------
    text : uint8 array, shape (bytes,)
    words : uint64 array, shape (bytes + 1,)
        The bytes before each place of the text, so many as a word holds.
    edges : int array, shape (runs, 2)
        Where each starts and ends.
    firsts : int array, shape (lines + 1,)
        The first run of each line.
    """

    text: np.ndarray
    words: np.ndarray
    edges: np.ndarray
    firsts: np.ndarray

    def of(self, rows: np.ndarray, n: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Which of the rows have n runs, and where these start and end: shapes (rows,), (n, k) and (n, k)."""
        first = self.firsts[rows]
        whole = self.firsts[rows + 1] - first == n
        first = first if whole.all() else first[whole]
        if n and len(first) > 1 and (apart := int(first[1] - first[0])) and (first[1:] - first[:-1] == apart).all():
            size = self.edges.itemsize
            evenly = np.lib.stride_tricks.as_strided(self.edges[first[0] :], (2 * n, len(first)), (size, 2 * size * apart), writeable=False)
            edges = np.ascontiguousarray(evenly).reshape(n, 2, -1)
        else:
            edges = self.edges[first + np.arange(n)[:, None]].transpose(0, 2, 1)
        return whole, edges[:, 0], edges[:, 1]

    def of_runs(self, rows: np.ndarray, runs: Sequence[int]) -> list[np.ndarray]:
        """The digits of these runs of each row, counted from its first, as integers, shape (rows,) each."""
        places = [self.firsts[rows] + run for run in runs]
        return [self.integers(*self.edges[at].T) for at in places]

    def integers(self, starts: np.ndarray, ends: np.ndarray) -> np.ndarray:
        """The digits that stand from each start to each end as integers, shape (n,); of more than 18 digits they are none of use."""
        lengths = ends - starts
        least, most = int(lengths.min()), int(lengths.max())
        if least == most == 1:
            return (self.text.take(starts, mode="clip") - np.uint8(ord("0"))).astype(np.int64)
        if least == most == 2:
            tens = self.text.take(starts, mode="clip") - np.uint8(ord("0"))
            return (tens * np.uint8(10) + (self.text.take(starts + 1, mode="clip") - np.uint8(ord("0")))).astype(np.int64)
        found = _of_words(self.words[ends], WORD if least >= WORD else least if least == most else np.minimum(lengths, WORD))
        for further in range(WORD, most, WORD):
            length = np.clip(lengths - further, 0, WORD)
            found += _of_words(self.words[np.maximum(ends - further, 0)], length) * np.uint64(pow(10, further, 1 << 64))
        return found.view(np.int64)


def _of_words(words: np.ndarray, lengths: np.ndarray | int) -> np.ndarray:
    """The integers that the last digits of words are, so many of each, shape (n,): of pairs, then of fours, then of all eight."""
    found = words & VALUES[lengths]
    found *= np.uint64(10 << 8 | 1)
    found >>= np.uint64(8)
    found &= np.uint64(0x00FF00FF00FF00FF)
    found *= np.uint64(100 << 16 | 1)
    found >>= np.uint64(16)
    found &= np.uint64(0x0000FFFF0000FFFF)
    found *= np.uint64(10000 << 32 | 1)
    found >>= np.uint64(32)
    return found
