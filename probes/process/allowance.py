"""How many steps and how much time a probe may still take."""

import math
import time
from collections.abc import Iterator
from contextlib import contextmanager


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
    """

    def __init__(self, steps: float = math.inf, seconds: float = math.inf):
        self.taken, self.most, self.begin = 0, steps, time.perf_counter()
        self.end = self.begin + seconds

    @property
    def elapsed(self) -> float:
        """Seconds since it began."""
        return time.perf_counter() - self.begin

    def draw(self, steps: int = 0) -> None:
        """Take this many steps.

        Raises
        ------
        SpentError
            They are not there any more, or the time is over.
        """
        if time.perf_counter() >= self.end:
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
