"""How many steps and how much time a probe may still take."""

import math
import time
from collections.abc import Iterator
from contextlib import contextmanager

LATE = 0.02  # of the whole time: so much beyond its end a step may come to its own


class SpentError(Exception):
    """There is nothing left; the sentence says of what."""


class Allowance:
    """Steps and seconds, drawn on by every training of one probe.

    Attributes
    ----------
    taken : int
        Steps and gradients so far.
    most : float
        Steps and gradients at which they are spent.
    end : float
        Reading of the clock at which the time is over.
    last : float
        That at which what was begun in time has to be done with; no block limits it.
    """

    def __init__(self, steps: float = math.inf, seconds: float = math.inf):
        self.taken, self.most, self.begin = 0, steps, time.perf_counter()
        self.end = self.begin + seconds
        self.last = self.begin + (1 + LATE) * seconds

    @property
    def elapsed(self) -> float:
        """Seconds since it began."""
        return time.perf_counter() - self.begin

    def draw(self, steps: int = 0, seconds: float = 0.0) -> None:
        """Take this many steps, which should last so many seconds.

        Raises
        ------
        SpentError
            They are not there any more, the time is over, or would be long before they were done.
        """
        if (now := time.perf_counter()) >= self.end or now + seconds > self.last:
            raise SpentError("its time was over")
        if self.taken + steps > self.most:
            raise SpentError("its steps were taken")
        self.taken += steps

    @property
    def spent(self) -> bool:
        """Whether no further step may be taken, for want of steps or of time."""
        return self.taken >= self.most or time.perf_counter() >= self.end

    @contextmanager
    def limited(self, steps: float, seconds: float) -> Iterator[None]:
        """No more than this within the block."""
        most, end = self.most, self.end
        self.most, self.end = min(most, self.taken + steps), min(end, time.perf_counter() + seconds)
        try:
            yield
        finally:
            self.most, self.end = most, end
