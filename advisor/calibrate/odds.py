"""Straight lines from one log odds to another, which is how the table of weights keeps what it makes of a confidence or a probability."""

from dataclasses import dataclass
from typing import Any

import numpy as np


def logit(p: Any) -> Any:
    """The natural log odds of a probability, or of an array of them; what lies beyond 0.01 or 0.99 counts as these."""
    p = np.clip(p, 0.01, 0.99)
    return np.log(p / (1 - p))


def expit(odds: Any) -> Any:
    """The probability of natural log odds, or of an array of them."""
    return 1 / (1 + np.exp(-odds))


@dataclass(frozen=True)
class Line:
    """Log odds that are `shift`, and `slope` times what the log odds were before."""

    shift: float = 0.0
    slope: float = 1.0

    def of(self, raw: float) -> float:
        """The probability that is made of this one."""
        return float(expit(self.shift + self.slope * logit(raw)))


def always(p: float) -> Line:
    """The line that makes this probability of any."""
    return Line(float(logit(p)), 0.0)
