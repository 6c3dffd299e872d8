"""What became of an agent's reward: whether it rose, and whether it kept what it had reached.

The reward is the truth of such a training, its losses are not. It is noisy and may stand still for long before it rises, so it is looked at
in means over at most `GROUPS` equal parts of the curve; their noise is told by how they differ from their neighbours and by what they are
the means of, whichever is more, for many logs hold running means already.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from advisor.scalar import Scalar
from advisor.statistics.curve_shape import KEPT, CannotTell, enough
from advisor.statistics.noise import noise, rank_trend

GROUPS = 20
AT_THE_ENDS, LATE = 0.1, 0.2  # of the groups: what is its start and its end; what a level that was kept for a while is a mean of
SIGMAS = 3.0  # standard errors of a gain
TREND = 0.5  # of the rank correlation: more is a rise, however slight
LOST, FALLEN = 0.5, 5.0  # of its range, and standard errors: an end so far below the best is a fall
NEARLY = 0.95  # of the points: one value in so many is a reward that does not move


@dataclass(frozen=True)
class Earned:
    """The course of a reward, each level a mean over a tenth of the curve, in units of the reward.

    Attributes
    ----------
    first, best_step, last : int
        Steps: of its first point, around its highest level, and of its last point.
    start, end, best, low : float
        Levels; `low` is the lowest.
    gain : float
        Standard errors by which the highest level that was kept for a fifth of the curve lies above the start.
    fall : float
        Standard errors by which the end lies below the highest level.
    trend : float
        Rank correlation of the levels with their order.
    still : bool
        Whether it was one number nearly throughout, to its end.
    """

    first: int
    best_step: int
    last: int
    start: float
    end: float
    best: float
    low: float
    gain: float
    fall: float
    trend: float
    still: bool

    @property
    def lost(self) -> float:
        """What the end lies below the highest level, as a share of all that the levels span."""
        return (self.best - self.end) / max(self.best - self.low, 1e-300) if self.best > self.end else 0.0

    def fell(self, lost: float = LOST, sigmas: float = FALLEN) -> bool:
        """Whether it ended far below what it had reached."""
        return self.lost >= lost and self.fall >= sigmas

    def rose(self, sigmas: float = SIGMAS) -> bool:
        """Whether it came to lie above where it began, for a while at least."""
        return self.gain >= sigmas or (self.trend >= TREND and self.end > self.start)


@lru_cache(maxsize=KEPT)
def earned(reward: Scalar) -> Earned:
    """The course of the reward.

    Raises
    ------
    TooFew
        It has too few points.
    CannotTell
        It was one number above zero all along: an agent that could do it from the start, or one that cannot move.
    """
    s = enough(reward)
    parts = np.array_split(s.values, min(GROUPS, len(s) // 2))
    levels = np.array([part.mean() for part in parts])
    within = np.mean([part.var(ddof=1) / len(part) for part in parts]) ** 0.5
    error = max(noise(levels), float(within), 1e-12 * float(np.abs(levels).max()), 1e-300)
    ends, late = (max(1, round(share * len(levels))) for share in (AT_THE_ENDS, LATE))
    held, kept = _means(levels, ends), _means(levels, late)
    best = int(held.argmax())
    start, end = float(held[0]), float(held[-1])
    still = bool(np.mean(s.values == s.values[-1]) >= NEARLY)
    if still and s.values[-1] > 0 and start == end:
        raise CannotTell(f"{s.tag or 'the reward'} was {end:.4g} all along: reached before the log begins, or it cannot move")
    centre = np.array_split(s.steps, len(parts))[min(best + ends // 2, len(parts) - 1)]
    return Earned(
        first=int(s.steps[0]),
        best_step=int(centre[len(centre) // 2]),
        last=int(s.steps[-1]),
        start=start,
        end=end,
        best=float(held[best]),
        low=float(held.min()),
        gain=float((kept.max() - start) / (error * np.hypot(late**-0.5, ends**-0.5))),
        fall=float((held[best] - end) / (error * (2 / ends) ** 0.5)),
        trend=rank_trend(levels),
        still=still,
    )


def ill(reward: Scalar) -> Earned | None:
    """The course of a reward that did not rise, or did not keep what it had reached; None of one that did both.

    Raises
    ------
    CannotTell
        As `earned`.
    """
    course = earned(reward)
    return course if course.fell() or not course.rose() else None


def _means(levels: np.ndarray, wide: int) -> np.ndarray:
    """The mean of so many neighbouring levels, for each place."""
    return np.convolve(levels, np.full(wide, 1 / wide), "valid")
