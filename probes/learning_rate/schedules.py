"""How a schedule shapes the learning rate over a training: multipliers of its peak.

References
    Loshchilov and Hutter, SGDR: Stochastic Gradient Descent with Warm Restarts (2017), the cosine. arXiv:1608.03983
    Goyal et al., Accurate, Large Minibatch SGD: Training ImageNet in 1 Hour (2017), the linear warm-up. arXiv:1706.02677
    Smith and Topin, Super-Convergence (2018), the one cycle. arXiv:1708.07120
"""

import math
from collections.abc import Callable

WARM_UP = 0.1  # share of the training that a warm-up takes


def constant(t: float) -> float:
    """The peak all along; `t`, here and below, is the share of the training that is over, from 0 to 1."""
    return 1.0


def linear(t: float) -> float:
    """Down to nothing."""
    return 1 - t


def cosine(t: float) -> float:
    """Down to nothing along half a cosine."""
    return (1 + math.cos(math.pi * t)) / 2


def warm(decay: Callable[[float], float], share: float = WARM_UP) -> Callable[[float], float]:
    """A linear warm-up, then the decay over the rest."""
    return lambda t: t / share if t < share else decay((t - share) / (1 - share))


def one_cycle(t: float, share: float = 0.3, start: float = 1 / 25) -> float:
    """Up from a 25th along half a cosine, then down to nothing along another, as in torch's OneCycleLR."""
    return start + (1 - start) * (1 - cosine(t / share)) if t < share else cosine((t - share) / (1 - share))


SCHEDULES: dict[str, Callable[[float], float]] = {
    "constant": constant,
    "linear": linear,
    "cosine": cosine,
    "warm-up": warm(constant),
    "warm-up-linear": warm(linear),
    "warm-up-cosine": warm(cosine),
    "one-cycle": one_cycle,
}


def rate(schedule: str, peak: float, step: int, steps: int) -> float:
    """The learning rate of one step of `steps`, counted from 0: the schedule at the step's middle."""
    return peak * SCHEDULES[schedule]((step + 0.5) / steps)
