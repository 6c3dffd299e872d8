"""Rows of a table in few bytes: a column that is filled in every row holds one run of them."""

from array import array

import numpy as np


class RowRuns:
    """Rows, each later than the one before, as runs of neighbours: where each begins, and how many rows it has."""

    def __init__(self) -> None:
        self.starts, self.counts = array("q"), array("q")

    def add(self, rows: np.ndarray) -> None:
        """Add later rows, shape (n,), at least one."""
        first = rows[0]
        begins = np.flatnonzero(np.diff(rows, prepend=first - 2) != 1) if rows[-1] - first >= len(rows) else np.zeros(1, np.intp)
        counts = np.diff(begins, append=len(rows))
        if self.starts and self.starts[-1] + self.counts[-1] == first:
            self.counts[-1] += int(counts[0])
            begins, counts = begins[1:], counts[1:]
        self.starts.frombytes(rows[begins].astype(np.int64).tobytes())
        self.counts.frombytes(counts.astype(np.int64).tobytes())

    def rows(self) -> np.ndarray:
        """All of them, shape (n,)."""
        starts, counts = np.array(self.starts), np.array(self.counts)
        before = np.cumsum(counts) - counts
        return np.repeat(starts - before, counts) + np.arange(counts.sum())

    @property
    def key(self) -> bytes:
        """The same for columns of the same rows, and for no others."""
        return self.starts.tobytes() + self.counts.tobytes()
