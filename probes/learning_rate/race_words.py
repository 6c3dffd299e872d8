"""The race of learning rates in words: why there is no answer, or what the answer rests on."""

import numpy as np

from probes.learning_rate import schedules
from probes.learning_rate.race_levels import HALF_WAY, LONGEST, RaceLevel, gap, levels, longest, spent

IN_USE = {"today": "today's rate", "folk": "the optimizer's usual rate"}


def why_not(level: RaceLevel, fall: float) -> str:
    """Why there is no answer."""
    if not np.isfinite(fall):
        return f"every rate of {rates_of(level)} diverged or unlearned within {level.steps} steps"
    return f"the held-out loss never fell beyond its noise in {level.steps} steps at any rate of {rates_of(level)}"


def rates_of(level: RaceLevel) -> str:
    """The lowest and the highest rate that were raced on this level."""
    return f"{10 ** level.x[0]:.1e} to {10 ** level.x[-1]:.1e}"


def race_reason(rows, last: RaceLevel, moved: float, decades: float) -> str:
    """What was raced, for which schedule, how far the answer was moved, and where rates diverge; `moved` is in decades of the rate.

    `decades` of steps beyond the last level are as far as the answer was continued at most.
    """
    about, edge = rows[0], diverged_at(rows)
    parts = [f"for a {list(schedules.SCHEDULES)[int(about['schedule'])]} schedule over {int(about['planned']):,} steps"]
    if about["assumed"]:
        parts[0] += " (assumed: ten epochs)" if about["epochs"] > 1 else " (assumed, for how long an epoch is could not be told)"
    long, overfit = longest(rows), gap(rows)
    most = last.steps if long is None else int(long["steps"])
    parts += [f"raced in {len(rows)} trainings of up to {most} steps, {spent(rows):,} in all"]
    parts += [f"scaled by {10**moved:.2g} for the greater length"] if abs(moved) > 0.02 else []
    seen, repeated = most * about["epochs"] / about["planned"], about["epochs"] > 2
    if repeated and long is not None and overfit is not None and overfit > HALF_WAY:
        parts += [f"the longest began to overfit: a held-out loss of {long['after']:.3g} over a training loss of {long['train']:.3g}"]
    elif repeated and seen < 1:
        parts += [f"they saw {seen:.1g} of {about['epochs']:,.0f} epochs, too little to show overfitting"]
    far = last.steps * 10**decades
    parts += [f"as if the best rate were the same beyond {far:,.0f} steps"] if about["planned"] > far else []
    parts += [f"rates from {edge:.1e} diverge"] if np.isfinite(edge) else [f"none up to {max(row['lr'] for row in rows):.1e} diverged"]
    return "; ".join(["", *parts])


def diverged_at(rows) -> float:
    """The lowest rate above the best one that diverged in any training, or turned up in the range test; infinite where none did."""
    level = levels(rows)[-1]
    short = [row for row in rows if row["level"] != LONGEST]
    lost = [row["lr"] for row in short if not row["after"] < row["before"] and np.log10(row["lr"]) > level.x[level.best]]
    return min([*lost, *(row["edge"] for row in rows[:1] if row["edge"] > 10 ** level.x[level.best])], default=np.inf)
