"""The race of learning rates in words: why there is no answer, or what the answer rests on."""

import numpy as np

from probes.learning_rate import schedules
from probes.learning_rate.race_levels import HALF_WAY, RaceLevel, gap, levels, longest, lowest_diverged, spent

IN_USE = {"today": "today's rate", "folk": "the optimizer's usual rate"}


def why_not(level: RaceLevel, fall: float) -> str:
    """Why there is no answer."""
    if not np.isfinite(fall):
        return f"every rate of {rates_of(level)} diverged or unlearned within {level.steps} steps"
    return f"the held-out loss never fell beyond its noise in {level.steps} steps at any rate of {rates_of(level)}"


def rates_of(level: RaceLevel) -> str:
    """The lowest and the highest rate that were raced on this level."""
    return f"{10 ** level.x[0]:.1e} to {10 ** level.x[-1]:.1e}"


def race_reason(rows, last: RaceLevel, widened: float) -> str:
    """What was raced, for which schedule, how far the interval was widened, in decades of the rate, and where rates diverge."""
    about, edge = rows[0], diverged_at(rows)
    parts = [f"for a {list(schedules.SCHEDULES)[int(about['schedule'])]} schedule over {int(about['planned']):,} steps"]
    if about["assumed"]:
        parts[0] += " (assumed: ten epochs)" if about["epochs"] > 1 else " (assumed, for how long an epoch is could not be told)"
    long, overfit = longest(rows), gap(rows)
    most = last.steps if long is None else int(long["steps"])
    parts += [f"raced in {len(rows)} trainings of up to {most} steps, {spent(rows):,} in all"]
    lower = f"for {about['planned'] / last.steps:.2g} times the length the best rate may be {10**-widened:.2g} times lower"
    parts += [lower] if widened < -0.02 else []
    seen, repeated = most * about["epochs"] / about["planned"], about["epochs"] > 2
    if repeated and long is not None and overfit is not None and overfit > HALF_WAY:
        parts += [f"the longest began to overfit: a held-out loss of {long['after']:.3g} over a training loss of {long['train']:.3g}"]
    elif repeated and seen < 1:
        parts += [f"they saw {seen:.1g} of {about['epochs']:,.0f} epochs, too little to show overfitting"]
    parts += [f"rates from {edge:.1e} diverge"] if np.isfinite(edge) else [f"none up to {max(row['lr'] for row in rows):.1e} diverged"]
    return "; ".join(["", *parts])


def diverged_at(rows) -> float:
    """The lowest rate above the best one that diverged in any training; infinite where none did."""
    level = levels(rows)[-1]
    return lowest_diverged(rows, above=10 ** level.x[level.best])
