"""How far the runs of two groups came, at equal steps or at equal time, in one number for each run."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from advisor.errors import AdvisorError
from advisor.run import Run
from advisor.scalar import Scalar

RISES = {
    "val_loss": -1,
    "val_accuracy": 1,
    "eval_reward": 1,
    "episode_reward": 1,
    "train_loss": -1,
    "train_accuracy": 1,
}  # first the best judge
LATE, LEAST = 0.1, 3  # of what is compared: its end, and the points that make it


@dataclass(frozen=True)
class Reached:
    """What the runs came to at one place.

    Attributes
    ----------
    signal : str
        What is compared.
    at : float
        The step, or the seconds since each run began.
    a, b : tuple of float
        The level of each run; NaN of one that was lost.
    start : float
        The mean of all first levels, NaN where there is none.
    """

    signal: str
    at: float
    a: tuple[float, ...]
    b: tuple[float, ...]
    start: float

    @property
    def gain(self) -> float:
        """How much further B came, as a share of what the better one learned, from -1 to 1; NaN where neither learned or both were lost."""
        return share(float(np.mean(self.a)), float(np.mean(self.b)), self.start, RISES[self.signal])

    @property
    def learned(self) -> float:
        """What the better one learned, in units of the signal; NaN where neither did."""
        ways = [RISES[self.signal] * (float(np.mean(levels)) - self.start) for levels in (self.a, self.b)]
        best = max([way for way in ways if np.isfinite(way)], default=np.nan)
        return best if best > 0 else np.nan


def share(a: float, b: float, start: float, rises: int) -> float:
    """The difference of two levels over the way of the better one from the start; 1 or -1 where one of them was lost."""
    if not np.isfinite(a) or not np.isfinite(b):
        return np.nan if np.isfinite(a) == np.isfinite(b) else 1.0 if np.isfinite(b) else -1.0
    way = max(rises * (a - start), rises * (b - start))
    if a == b:
        return 0.0
    return float(np.clip(rises * (b - a) / way, -1, 1)) if way > 0 else np.nan


def judged_by(a: Sequence[Run], b: Sequence[Run]) -> str:
    """The signal that both groups are compared by: that of all their runs which says most of what was learned.

    Raises
    ------
    AdvisorError
        They have none in common.
    """
    found = next((name for name in RISES if all(curve_of(run, name) is not None for run in (*a, *b))), None)
    if found is None:
        asked = ", ".join(RISES)
        raise AdvisorError(f"{a[0].name} and {b[0].name} have no signal in common to be compared by ({asked}); say which is which: --tag.")
    return found


def curve_of(run: Run, name: str) -> Scalar | None:
    """The curve of a signal; None where it was not logged, or is never finite."""
    curve = run.signals.get(name)
    return curve if isinstance(curve, Scalar) and len(curve.finite()) else None


def at_equal_steps(name: str, a: Sequence[Run], b: Sequence[Run]) -> Reached:
    """Where the shortest of all runs ends."""
    curves = [[curve for run in group if (curve := curve_of(run, name)) is not None] for group in (a, b)]
    last = min(int(curve.steps[-1]) for group in curves for curve in group)
    return reached(name, last, [[curve.between(last=last) for curve in group] for group in curves])


def at_equal_time(name: str, a: Sequence[Run], b: Sequence[Run]) -> Reached | None:
    """Where the shortest run ends by the clock, counted from each run's first point; None where a run has no times."""
    curves = [[curve for run in group if (curve := curve_of(run, name)) is not None] for group in (a, b)]
    every = [curve for group in curves for curve in group]
    if not all(np.isfinite(curve.wall).all() and np.ptp(curve.wall) > 0 for curve in every):
        return None
    last = min(float(curve.wall.max() - curve.wall[0]) for curve in every)
    return reached(name, last, [[curve[curve.wall - curve.wall[0] <= last] for curve in group] for group in curves])


def reached(name: str, at: float, curves: Sequence[Sequence[Scalar]]) -> Reached:
    """The levels at the ends of these curves, of A and of B."""
    a, b = (tuple(level(curve) for curve in group) for group in curves)
    starts = [float(finite.values[0]) for group in curves for curve in group if len(finite := curve.finite())]
    return Reached(name, at, a, b, float(np.mean(starts)) if starts else np.nan)


def level(curve: Scalar) -> float:
    """The median of the last tenth of its steps, and at the least of its last three points; NaN where it ends as no number."""
    if not len(curve) or not np.isfinite(curve.values[-1]):
        return np.nan
    finite = curve.finite()
    late = finite.between(float(finite.steps[-1]) - LATE * float(np.ptp(finite.steps)))
    return float(np.median((late if len(late) >= LEAST else finite[-LEAST:]).values))
