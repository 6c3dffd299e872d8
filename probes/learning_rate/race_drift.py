"""How far the best learning rate may lie lower for trainings far longer than those raced; in decades, as in `race_levels`."""

import numpy as np

from probes.learning_rate.race_levels import RaceLevel, vertex

SPREAD = 0.15  # decades that the best rate of one short training is off by, at least
LEARNING, OVERFITTING = -0.4, -1.0  # decades per decade of steps that a best rate moves; at -1 lr × steps, the way, stays the same
DRIFT_SPREAD = 0.1  # how far from that it may be
BEYOND = 0.75  # decades by which the best rate would lie above the edge of divergence, were there none


def usual_drift(overfit: float) -> float:
    """Between that of trainings which go on to learn and that of trainings which overfit.

    New examples: Bjorck et al., Scaling Optimal LR Across Token Horizons (2025). arXiv:2409.19913
    """
    return LEARNING + (OVERFITTING - LEARNING) * overfit


def at_edge(level: RaceLevel) -> bool:
    """Whether the next rate above the best diverged, or there was none: then the best one lies where it does for want of a higher."""
    return level.best + 1 == len(level.x) or not np.isfinite(level.mean[level.best + 1])


def drift(levels: list[RaceLevel], usual: float) -> tuple[float, float]:
    """Decades per decade of steps by which the best rate moves, and the standard error.

    The straight line through the vertices of the levels, weighed against the usual drift: a best rate falls as training gets longer,
    by no more than keeps lr × steps the same. An edge of divergence stays where it is and tells nothing of that.
    """
    told = [level for level in levels if not at_edge(level)]
    if levels[-1] not in told:
        return usual, DRIFT_SPREAD
    at = np.log10([level.steps for level in told])
    vertices = np.array([vertex(level.x, level.mean) for level in told])
    weight = np.array([len(level.losses) for level in told]) / spread(told[-1]) ** 2
    middle = (weight * at).sum() / weight.sum()
    precision = (weight * (at - middle) ** 2).sum() + DRIFT_SPREAD**-2
    slope = ((weight * (at - middle) * vertices).sum() + usual / DRIFT_SPREAD**2) / precision
    return float(np.clip(slope, OVERFITTING, 0.0)), float(precision**-0.5)


def moved(level: RaceLevel, slope: float, decades: float, beyond: float) -> float:
    """Decades by which the best rate has moved after so many more decades of steps; never up, and not soon from an edge of divergence."""
    return min(0.0, slope * decades + (beyond if at_edge(level) else 0.0))


def spread(level: RaceLevel) -> float:
    """Standard deviation of the vertex from seed to seed, in decades, and at least `SPREAD`."""
    each = [vertex(level.x, losses) for losses in level.losses if np.isfinite(losses).any()]
    return max(SPREAD, float(np.std(each, ddof=1))) if len(each) > 1 else SPREAD
