"""The course of a validation loss: its levels, by which is decided, and its own points, which are told."""

from dataclasses import dataclass

import numpy as np

from advisor.scalar import Scalar
from advisor.statistics.curve_shape import Level, of_normal
from advisor.statistics.noise import noise, smooth

TWELFTH, TENTH = 12, 10  # parts of a run: what is smoothed over, and the end
HALF = 0.5  # of the rise between the levels: where the points rose by less, noise hides it in them


@dataclass(frozen=True)
class Told:
    """Where a validation loss was lowest and where it ended, as a reader finds it in the log.

    Attributes
    ----------
    best, last : int
        The steps of both.
    lowest, end : float
        In units of the loss.
    lowest_said, end_said : str
        Each with its steps, to go on after "its" and "to".
    """

    best: int
    last: int
    lowest: float
    end: float
    lowest_said: str
    end_said: str

    @property
    def excess(self) -> float:
        """How far the end lies above the lowest, as a share of that."""
        return (self.end - self.lowest) / max(abs(self.lowest), 1e-300)


@dataclass(frozen=True)
class Course:
    """A validation loss, smoothed over a twelfth of its points, the step of its lowest, that level, and the level of its last tenth.

    A level of many points is known better than one of them: in 300 noisy evaluations a rise shows that ten would hide.

    Attributes
    ----------
    points : Scalar
        The finite points as they were logged.
    smoothed : Scalar
        Their running median.
    best : int
        The step at which that is lowest.
    low, end : Level
        In units of the loss.
    """

    points: Scalar
    smoothed: Scalar
    best: int
    low: Level
    end: Level

    @property
    def excess(self) -> float:
        """(end - low) / |low| of the levels."""
        return (self.end.value - self.low.value) / max(abs(self.low.value), 1e-300)

    @property
    def told(self) -> Told:
        """Its lowest and its last point; a level in place of one that noise hides the rise in, or that is another training's."""
        s, low = self.points, self.low.value
        at, late = int(s.values.argmin()), len(s) - max(1, len(s) // TENTH)
        best, last, lowest, end = int(s.steps[at]), int(s.steps[-1]), float(s.values[at]), float(s.values[-1])
        lowest_said, end_said = f"lowest ({lowest:.3g} at step {best})", f"{end:.3g} by step {last}"
        if self.end.value > low and (at >= late or lowest <= 0 < low):
            best, lowest, lowest_said = self.best, low, f"lowest level (about {low:.3g}, around step {self.best})"
        if end - lowest < HALF * (self.end.value - low):
            end, end_said = self.end.value, f"about {self.end.value:.3g} over the last tenth, to step {last}"
        return Told(best, last, lowest, end, lowest_said, end_said)

    @property
    def kept(self) -> int:
        """The first step at which a point lay within its noise of the lowest one: what early stopping would keep."""
        values = self.points.values
        return int(self.points.steps[int((values <= values.min() + noise(values)).argmax())])


def course(val_loss: Scalar) -> Course:
    """The course of a validation loss that has a finite point."""
    s = val_loss.finite()
    wide, last = max(3, len(s) // TWELFTH // 2 * 2 + 1), max(1, len(s) // TENTH)
    smoothed, spread = smooth(s, wide), noise(s.values)
    at = int(smoothed.values.argmin())
    known = 1 if wide == 3 else wide  # of three the middle one is taken, and the ends are single points
    low, end = Level(float(smoothed.values[at]), of_normal(spread, known)), float(np.median((s if last > 1 else smoothed).values[-last:]))
    return Course(s, smoothed, int(s.steps[at]), low, Level(end, of_normal(spread, last)))
