"""The points of one curve, as their lines are read: one at a time, or many of a kind at once and hence not in the order of the text."""

from array import array

import numpy as np


class Points:
    """Columns of numbers: the lines the points stood in, their steps, values and times (seconds since 1970, NaN where none is told)."""

    def __init__(self) -> None:
        self.columns = (array("d"), array("d"), array("d"), array("d"))

    def __len__(self) -> int:
        return len(self.columns[0])

    def add(self, *point: float) -> None:
        """One point: line, step, value, time."""
        for column, number in zip(self.columns, point, strict=True):
            column.append(number)

    def extend(self, *points: np.ndarray) -> None:
        """Many points: lines, steps, values, times, float arrays of shape (n,) each."""
        for column, numbers in zip(self.columns, points, strict=True):
            column.frombytes(np.ascontiguousarray(numbers, float).tobytes())

    def span(self) -> tuple[float, float, float]:
        """The first line, the last, and the step of the first."""
        lines = np.array(self.columns[0])
        first = int(lines.argmin())
        return float(lines[first]), float(lines.max()), self.columns[1][first]

    def lines(self) -> np.ndarray:
        """The lines in their order, shape (n,)."""
        return np.sort(np.array(self.columns[0]))

    def in_order(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Steps, values and times in the order of their lines, shape (n,) each."""
        lines, *columns = map(np.array, self.columns)
        order = np.argsort(lines, kind="stable")
        steps, values, times = (column[order] for column in columns)
        return steps, values, times
