"""The points of curves, as their lines are read: one at a time, or many of a kind at once and hence not in the order of the text."""

from array import array
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

Answer = TypeVar("Answer")


@dataclass(frozen=True, eq=False)
class Where:
    """Where many points stand, of all curves that lines alike tell: float arrays of shape (n,).

    The lines they stood in, their steps and their times (seconds since 1970, NaN where none is told).
    """

    lines: np.ndarray
    steps: np.ndarray
    times: np.ndarray


class Points:
    """The points of one curve."""

    def __init__(self) -> None:
        self._alone = (array("d"), array("d"), array("d"), array("d"))
        self._where: list[Where] = []
        self._values: list[np.ndarray] = []
        self._several = 0

    def __len__(self) -> int:
        return len(self._alone[0]) + self._several

    def add(self, *point: float) -> None:
        """One point: line, step, time, value."""
        for column, number in zip(self._alone, point, strict=True):
            column.append(number)

    def extend(self, where: Where, values: np.ndarray) -> None:
        """Many points: where they stand, and their values, float array of shape (n,)."""
        self._where.append(where)
        self._values.append(values)
        self._several += len(values)

    def span(self) -> tuple[float, float, float]:
        """The first line, the last, and the step of the first."""
        lines = self._lines()
        first = int(lines.argmin())
        return float(lines[first]), float(lines.max()), float(self._joined([one.steps for one in self._where], 1)[first])

    def lines(self) -> np.ndarray:
        """The lines in their order, shape (n,)."""
        return np.sort(self._lines())

    def _lines(self) -> np.ndarray:
        return self._joined([one.lines for one in self._where], 0)

    def _joined(self, arrays: list[np.ndarray], column: int) -> np.ndarray:
        return np.concatenate([np.array(self._alone[column]), *arrays])

    def key(self) -> tuple:
        """The same for curves whose points stand in the same places, while both are held."""
        return *(column.tobytes() for column in self._alone[:3]), *map(id, self._where)

    def order(self) -> tuple[np.ndarray, np.ndarray, np.ndarray | None]:
        """Steps and times in the order of their lines, and that order, None where they came in it; shape (n,) each."""
        lines = self._lines()
        steps, times = self._joined([one.steps for one in self._where], 1), self._joined([one.times for one in self._where], 2)
        if (lines[1:] >= lines[:-1]).all():
            return steps, times, None
        order = np.argsort(lines, kind="stable")
        return steps[order], times[order], order

    def values(self, order: np.ndarray | None) -> np.ndarray:
        """The values in the order of their lines, shape (n,)."""
        values = self._joined(self._values, 3)
        return values if order is None else values[order]


def in_order(curves: Mapping[str, Points]) -> dict[str, tuple[np.ndarray, np.ndarray, np.ndarray]]:
    """Steps, values and times of each curve in the order of its lines, shape (n,) each; curves of the same places share theirs."""
    known: dict[tuple, tuple[np.ndarray, np.ndarray, np.ndarray | None]] = {}
    found = {}
    for tag, points in curves.items():
        key = points.key()
        steps, times, order = known[key] if key in known else known.setdefault(key, points.order())
        found[tag] = steps, points.values(order), times
    return found


def once(asked: Callable[[np.ndarray], Answer]) -> Callable[[np.ndarray], Answer]:
    """The same function, which is asked once only of an array that several curves share."""
    known: dict[int, tuple[np.ndarray, Answer]] = {}  # with the array, so that nothing else gets its number

    def answer(of: np.ndarray) -> Answer:
        if id(of) not in known:
            known[id(of)] = of, asked(of)
        return known[id(of)][1]

    return answer
