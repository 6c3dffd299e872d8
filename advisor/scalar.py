"""What a run logs: scalars and histograms over steps, and the lines of text beside them."""

import math
from dataclasses import dataclass, replace

import numpy as np

LARGEST = 1e150  # further from 0 a value is as good as infinite: squares and products of what is nearer are numbers still
CUT_OFF = "Traceback (most recent call last): cut off"  # the text of a line for a traceback in which its file ends
FARTHEST = 1 << 53  # steps: further no counter counts one by one, and sums of steps stay what an integer of 64 bits holds


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
    order : int array, shape (n,), or None
        The place of each point in its file; None where the steps never fall back in it.
    """

    steps: np.ndarray
    values: np.ndarray
    wall: np.ndarray
    tag: str = ""
    order: np.ndarray | None = None

    def __len__(self) -> int:
        return len(self.steps)

    def __getitem__(self, kept) -> "Scalar":
        """The points of a boolean mask, a slice or an index array."""
        order = None if self.order is None else self.order[kept]
        return replace(self, steps=self.steps[kept], values=self.values[kept], wall=self.wall[kept], order=order)

    def between(self, first: float = -np.inf, last: float = np.inf) -> "Scalar":
        """The points whose step lies in [first, last]: signals are cut by step, never by position."""
        if not first <= last or not len(self):
            return self[:0]
        low, high = float(self.steps[0]), float(self.steps[-1])
        begin = np.searchsorted(self.steps, math.ceil(min(first, high + 1))) if first > low else 0
        end = np.searchsorted(self.steps, math.floor(max(last, low - 1)), "right") if last < high else len(self)
        return self[begin:end]

    def finite(self) -> "Scalar":
        """The points whose values are neither NaN nor infinite."""
        return self[np.isfinite(self.values)]

    def within_bounds(self) -> "Scalar":
        """The same points; values beyond `LARGEST` are infinite."""
        far = np.abs(self.values) > LARGEST
        return replace(self, values=np.where(far, np.copysign(np.inf, self.values), self.values)) if far.any() else self

    @property
    def begins_trained(self) -> bool:
        """Whether steps were taken before its first point: that lies a spacing after step 0, as an average over the first epoch does."""
        if len(self) < 2:
            return False
        spacing, first = self.steps[1] - self.steps[0], self.steps[0]
        return bool(spacing > 1 and spacing / 2 <= first <= 1.5 * spacing)

    def then(self, later: "Scalar") -> "Scalar":
        """Both curves as one; of equal steps this one's come first."""
        pairs = ((self.steps, later.steps), (self.values, later.values), (self.wall, later.wall))
        steps, values, wall = map(np.concatenate, pairs)
        return replace(scalar(steps, values, wall, later.tag), order=None)


def scalar(steps, values, wall=None, tag: str = "") -> Scalar:
    """A Scalar of any three sequences in the order of their file, shape (n,) each, sorted by step; equal steps keep their order.

    Without `wall` its times are NaN.
    """
    steps, values = np.asarray(steps), np.asarray(values, float)
    wall = np.full(len(steps), np.nan) if wall is None else np.asarray(wall, float)
    if (steps[1:] >= steps[:-1]).all():
        return Scalar(steps.astype(np.int64), values, wall, tag)
    order = np.argsort(steps, kind="stable")
    return Scalar(steps[order].astype(np.int64), values[order], wall[order], tag, order)


NOTHING = 1e-11  # the buckets of TensorBoard begin at 1e-12: what is exactly 0 lies in the first


@dataclass(frozen=True, eq=False)
class Histogram:
    """A distribution at each of its steps: counts[i][j] values lay between edges[i][j] and edges[i][j + 1].

    Attributes
    ----------
    steps : int64 array, shape (n,)
        In ascending order.
    edges : n arrays, shape (buckets + 1,)
        In units of what was logged, ascending.
    counts : n arrays, shape (buckets,)
        The number of buckets may differ between steps.
    wall : float64 array, shape (n,)
        Seconds since the epoch; NaN where the format has none.
    tag : str
        The name it was logged under.
    """

    steps: np.ndarray
    edges: tuple[np.ndarray, ...]
    counts: tuple[np.ndarray, ...]
    wall: np.ndarray
    tag: str = ""

    def __len__(self) -> int:
        return len(self.steps)

    def __getitem__(self, kept) -> "Histogram":
        """The distributions of a boolean mask, a slice or an index array."""
        at = np.arange(len(self))[kept]
        edges, counts = tuple(self.edges[i] for i in at), tuple(self.counts[i] for i in at)
        return replace(self, steps=self.steps[at], edges=edges, counts=counts, wall=self.wall[at])

    def then(self, later: "Histogram") -> "Histogram":
        """Both as one; of equal steps this one's come first."""
        steps, wall = np.concatenate([self.steps, later.steps]), np.concatenate([self.wall, later.wall])
        both = Histogram(steps, (*self.edges, *later.edges), (*self.counts, *later.counts), wall, later.tag)
        return both[np.argsort(steps, kind="stable")]

    def rms(self) -> Scalar:
        """The root mean square at each step, each value taken at the middle of its bucket; the bucket around 0 is 0.

        NaN where a distribution holds nothing.
        """
        middles = [(e[:-1] + e[1:]) / 2 for e in self.edges]
        values = [np.sqrt((c @ m**2) / c.sum()) if c.sum() else np.nan for c, m in zip(self.counts, middles, strict=True)]
        sizes = np.array(values, float)
        return Scalar(self.steps, np.where(sizes < NOTHING, 0.0, sizes), self.wall, self.tag)


@dataclass(frozen=True)
class Line:
    """A line of text beside the run that tells of a failure.

    `kind` is what happened: "out-of-memory", "killed", "nan", "overflow", "scale-lost", "time-limit", "data-loader", "communication",
    "exit-status", "logged-error" or "traceback". `at` is where in the user's own code an error was raised, "" where nothing tells, and
    `evaluating` whether an evaluation is known to have been running, `half` whether its traceback shows 16-bit computation, and `script`
    the file that was started, "" where nothing tells. `more` is what its message goes on with below it, or the line of code that could not
    be read, and `stage` what its traceback shows the program to have been at: "model", while its weights were loaded or moved to a device,
    "optimizer", in a step of it, "batch", while one was computed, or "". `after_end` tells whether the training had said before that it
    was done.
    """

    kind: str
    path: str
    number: int
    text: str
    at: str = ""
    evaluating: bool = False
    half: bool = False
    script: str = ""
    more: str = ""
    stage: str = ""
    after_end: bool = False
