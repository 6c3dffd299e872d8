"""Which learning rates to race, at first and then around the best."""

import numpy as np

from probes.learning_rate.race_drift import LEARNING
from probes.learning_rate.race_levels import levels, vertex

RATES = 8  # half decades raced below the edge of divergence
GRID = 0.5  # decades
HIGHEST = 10.0


def candidates(edge: float, today: float, folk: float) -> list[float]:
    """Ascending rates to race: half decades counted from today's rate, below the edge of divergence; today's and the usual one anyway."""
    in_use = [rate for rate in (folk, today) if rate > 0]
    top, anchor = np.log10(min(edge, HIGHEST)) - GRID / 4, np.log10(in_use[-1])
    first = anchor + GRID * np.floor((top - anchor) / GRID)
    rates = [float(10 ** (first - GRID * i)) for i in range(RATES if np.isfinite(edge) else 2 * RATES - 1)]
    for rate in in_use:
        rates = [other for other in rates if abs(np.log10(other / rate)) > GRID / 4] + [float(rate)]
    return sorted(rates)


def around(rows, rates, steps: int, count: int) -> list[float]:
    """The rates nearest to where the best one should be in a training this long, going by the last level; ascending."""
    level = levels(rows)[-1]
    expected = vertex(level.x, level.mean) + LEARNING * np.log10(steps / level.steps)
    return sorted(sorted(rates, key=lambda rate: abs(np.log10(rate) - expected))[:count])


def one_beyond(rows) -> float:
    """The rate half a decade beyond that end of the last level which its best rate is nearer to, the lower one where in doubt."""
    level = levels(rows)[-1]
    down = level.best <= (len(level.x) - 1) / 2
    return float(10 ** (level.x[0] - GRID if down else level.x[-1] + GRID))
