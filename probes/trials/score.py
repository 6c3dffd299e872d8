"""What a pair of trainings says: how much better the changed one came out, as a share of what the better of the two learned."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from probes.trials.sequential_test import LEVEL, interval

Verdict = Literal["better", "no-difference", "worse", "cannot-tell"]
BAND = 0.02  # of the progress: a difference that does not matter
FEWEST = 3  # pairs before the test can speak
MANY = 100


def score(as_it_is: float, changed: float, before: float, best: float = math.inf) -> float:
    """From -1, where only the training as it is learned, through 0 to 1, where only the changed one did.

    Parameters
    ----------
    as_it_is, changed : float
        The loss that each came to; NaN or infinite where it diverged.
    before : float
        The loss that both began with.
    best : float
        The lowest that the better one came to, where that is not its last: what it learned and lost again is no less learned.
    """
    ends = [end if math.isfinite(end) else math.inf for end in (as_it_is, changed)]
    if ends[0] == ends[1]:
        return 0.0
    progress = before - min(*ends, best)
    if progress <= 0:  # neither learned: one that broke is still the worse one
        return 0.0 if all(map(math.isfinite, ends)) else math.copysign(1.0, ends[0] - ends[1])
    return max(-1.0, min(1.0, (ends[0] - ends[1]) / progress))


@dataclass(frozen=True)
class Score:
    """The mean of the pairs' scores, where it lies at 95 %, and how many they are; a difference within the `band` does not matter."""

    value: float
    low: float
    high: float
    pairs: int
    band: float = BAND

    @property
    def verdict(self) -> Verdict:
        """Better or worse where zero is ruled out, no difference where all that matters is."""
        if self.low > 0 or self.high < 0:
            return "better" if self.low > 0 else "worse"
        return "no-difference" if self.low > -self.band and self.high < self.band else "cannot-tell"

    @property
    def verdict_that_matters(self) -> Verdict:
        """As `verdict`, but that a difference within the band is none, also where it is beyond noise."""
        return "no-difference" if -self.band < self.low and self.high < self.band else self.verdict


def score_of(pairs: Sequence[tuple[float, ...]], band: float = BAND, level: float = LEVEL) -> Score:
    """The score of pairs of `as_it_is`, `changed`, `before` and perhaps `best`, as `score` takes them; NaN where there are none."""
    each = [score(*pair) for pair in pairs]
    low, high = interval(each, level)
    return Score(sum(each) / len(each) if each else math.nan, max(low, -1.0), min(high, 1.0), len(each), band)


def lost(pairs: list[tuple[float, float, float]]) -> tuple[int, int]:
    """In how many of the pairs each side diverged, or ended as far above its beginning as the better side came below it on average."""
    sides, before = list(zip(*pairs, strict=True))[:2], pairs[0][2]
    won = max(sum(max(before - end, 0) for end in ends if math.isfinite(end)) / len(ends) for ends in sides)
    as_it_is, changed = (sum(not math.isfinite(end) or 0 < won < end - before for end in ends) for ends in sides)
    return as_it_is, changed


def more_pairs(pairs: Sequence[tuple[float, ...]], band: float = BAND, level: float = LEVEL) -> int | None:
    """About how many more would tell, should they scatter as these do; None where not even `MANY` would, or one pair says nothing yet."""
    if len(pairs) < 2:
        return max(0, FEWEST - len(pairs)) or None
    for more in range(1, MANY):
        if score_of([pairs[i % len(pairs)] for i in range(len(pairs) + more)], band, level).verdict != "cannot-tell":
            return more
    return None
