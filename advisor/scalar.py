"""What a run logs: scalars and histograms over steps, and the lines of text beside them."""

from dataclasses import dataclass, replace

import numpy as np


@dataclass(frozen=True, eq=False)
class Scalar:
    """One curve.

    Attributes
    ----------
    steps : int64 array, shape (n,)
        In ascending order.
    values : float64 array, shape (n,)
        As logged: NaN and infinity are kept, they are evidence.
    wall : float64 array, shape (n,)
        Seconds since the epoch; NaN where the format has none.
    tag : str
        The name it was logged under.
    """

    steps: np.ndarray
    values: np.ndarray
    wall: np.ndarray
    tag: str = ""

    def __len__(self) -> int:
        return len(self.steps)

    def __getitem__(self, kept) -> "Scalar":
        """The points of a boolean mask, a slice or an index array."""
        return replace(self, steps=self.steps[kept], values=self.values[kept], wall=self.wall[kept])

    def between(self, first: float = -np.inf, last: float = np.inf) -> "Scalar":
        """The points whose step lies in [first, last]: signals are cut by step, never by position."""
        return self[(self.steps >= first) & (self.steps <= last)]

    def finite(self) -> "Scalar":
        return self[np.isfinite(self.values)]

    @property
    def begins_trained(self) -> bool:
        """Whether steps were taken before its first point: that lies a spacing after step 0, as an average over the first epoch does."""
        if len(self) < 2:
            return False
        spacing, first = self.steps[1] - self.steps[0], self.steps[0]
        return bool(spacing > 1 and spacing / 2 <= first <= 1.5 * spacing)


def scalar(steps, values, wall=None, tag: str = "") -> Scalar:
    """A Scalar of any three sequences, sorted by step; equal steps keep their order."""
    steps, values = np.asarray(steps), np.asarray(values, float)
    wall = np.full(len(steps), np.nan) if wall is None else np.asarray(wall, float)
    order = np.argsort(steps, kind="stable")
    return Scalar(steps[order].astype(np.int64), values[order], wall[order], tag)


@dataclass(frozen=True, eq=False)
class Histogram:
    """A distribution at each of its steps: counts[i][j] values lay between edges[i][j] and edges[i][j + 1]."""

    steps: np.ndarray
    edges: tuple[np.ndarray, ...]
    counts: tuple[np.ndarray, ...]
    wall: np.ndarray
    tag: str = ""

    def rms(self) -> Scalar:
        """The root mean square at each step, each value taken at the middle of its bucket."""
        middles = [(e[:-1] + e[1:]) / 2 for e in self.edges]
        values = [np.sqrt((c @ m**2) / c.sum()) if c.sum() else np.nan for c, m in zip(self.counts, middles, strict=True)]
        return Scalar(self.steps, np.array(values, float), self.wall, self.tag)


@dataclass(frozen=True)
class Line:
    """A line of text beside the run that tells of a failure.

    `kind` is what happened: "out-of-memory", "killed", "nan", "overflow", "data-loader", "communication" or "traceback".
    """

    kind: str
    path: str
    number: int
    text: str
