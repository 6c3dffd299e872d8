"""How many steps and how much time a probe may still take."""

import math
import time


class SpentError(Exception):
    """There is nothing left; the sentence says of what."""


class Allowance:
    """Steps and seconds, drawn on by every training of one probe.

    Attributes
    ----------
    taken : int
        Steps and gradients so far.
    """

    def __init__(self, steps: float = math.inf, seconds: float = math.inf):
        self.steps, self.seconds, self.taken, self.begin = steps, seconds, 0, time.perf_counter()

    @property
    def elapsed(self) -> float:
        return time.perf_counter() - self.begin

    @property
    def steps_left(self) -> float:
        return self.steps - self.taken

    @property
    def seconds_left(self) -> float:
        return self.seconds - self.elapsed

    def draw(self, steps: int = 0) -> None:
        """Take this many steps.

        Raises
        ------
        SpentError
            They are not there any more, or the time is over.
        """
        if self.seconds_left <= 0:
            raise SpentError(f"the {self.seconds:g} s it was given were over")
        if steps > self.steps_left:
            raise SpentError(f"the {self.steps:,.0f} steps it was given were taken")
        self.taken += steps
