"""Rate race: short real trainings at many learning rates, the planned schedule squeezed into each, judged on held-out data.

What it means
    A range test sees only the training loss, one step at each rate. Where a model overfits, or where the best rate for a few steps is
    not the best for many, trainings from the same start in the same order of data tell more. The rate is the peak of the schedule.

How it is detected
    Successive halving: each rate trains from the same weights on the same minibatches, those around the best train again for twice as
    long, and those around the best of these train longest, in three orders of data, where one divergence disqualifies. A parabola in
    log lr gives the best rate of each length; its drift from length to length, weighed against what is usual, is continued to the
    planned steps. Among rates that cannot be told apart the lower one counts: too high a rate costs more than too low a one. The
    interval holds the rates that cannot be told from the best. Today's rate is kept while it lies there, else the optimizer's usual one.

What to change
    Train at the suggested rate, under the schedule it was measured for.

References
    Li et al., Hyperband: A Novel Bandit-Based Approach to Hyperparameter Optimization (2018). arXiv:1603.06560
    Wu et al., Understanding Short-Horizon Bias in Stochastic Meta-Optimization (2018). arXiv:1803.02021
"""

import numpy as np

from advisor.finding import Change, Evidence
from probes import schedules
from probes.optimizers import usual_rate
from probes.outcome import Estimate, noted
from probes.rate_fit import Level, drift, excess, levels, reach, rows_of, usual_drift, vertex

SEEDS = 3  # orders of data in which the finalists train
RATES = 8  # half decades raced below the edge of divergence
SEMIFINALISTS, FINALISTS = 5, 4
SHORTEST = 10  # steps of a training
GRID = 0.5  # decades
HIGHEST = 10.0
TIED = 0.01  # of the best rate's fall: a difference too small to matter
SURE = 1.44  # standard errors: 90 % one-sided, Student's t with the three finalists' two degrees of freedom each
LEEWAY = 0.3  # standard errors of the drift in the interval: as rates stay good for a while beside the best, more would be too many
FAR = 2.0  # decades of steps that the drift is continued over at most
IN_USE = {"today": "today's rate", "folk": "the optimizer's usual rate"}
EPOCHS, LEAST_PLANNED = 10, 300


def usual_plan(training) -> int:
    """Steps of a training where nobody says how many: ten epochs, and no fewer than 300."""
    return max(LEAST_PLANNED, EPOCHS * training.examples // (training.batch_size * training.accumulation_steps))


def candidates(edge: float, today: float, folk: float) -> list[float]:
    """Ascending rates to race: half decades counted from today's rate, below the edge of divergence; today's and the usual one anyway."""
    in_use = [rate for rate in (folk, today) if rate > 0]
    top, anchor = np.log10(min(edge, HIGHEST)) - GRID / 4, np.log10(in_use[-1])
    first = anchor + GRID * np.floor((top - anchor) / GRID)
    rates = [float(10 ** (first - GRID * i)) for i in range(RATES if np.isfinite(edge) else 2 * RATES - 1)]
    for rate in in_use:
        rates = [other for other in rates if abs(np.log10(other / rate)) > GRID / 4] + [float(rate)]
    return sorted(rates)


def measure(training, *, edge=np.inf, planned=None, schedule="constant", today=None, folk=None, rates=None, budget=950, seed=0):
    """A row a training: `lr`, `seed`, `steps`, its `level`, the held-out loss `before` and `after` (NaN where it diverged).

    Parameters
    ----------
    edge : the rate at which the range test turned up
    planned : steps of the training that the rate is for; `usual_plan` where nobody says
    schedule : its name in `schedules.SCHEDULES`
    today, folk : the rate in use and the optimizer's usual one; else read from the training
    rates : ascending; else `candidates`
    budget : steps in all
    """
    about = {"assumed": float(planned is None), "schedule": list(schedules.SCHEDULES).index(schedule)}
    today, folk = today or training.lr, folk or usual_rate(training.hparams)
    planned, rates = planned or usual_plan(training), rates or candidates(edge, today, folk)
    before, rows, epoch = training.evaluate(), [], training.examples / (training.batch_size * training.accumulation_steps)
    about |= {"epochs": planned / epoch, "planned": planned, "today": today, "folk": folk, "edge": edge if np.isfinite(edge) else np.nan}

    def trained(level, lrs, steps, seeds=1):
        for lr in lrs:
            for order in range(seeds):
                after = loss_after(training, lr, steps, schedule, seed + order)
                rows.append({"lr": lr, "seed": order, "steps": steps, "level": level, "before": before, "after": after, **about})
                yield rows[-1]

    length = steps_each(budget / (len(rates) + 2 * SEMIFINALISTS + 4 * SEEDS * FINALISTS), min(SHORTEST, budget / len(rates) / 3), planned)
    yield from trained(0, rates, length)
    length = steps_each(min(2 * length, left(rows, budget) / SEMIFINALISTS / 2), 1, planned)
    yield from trained(1, around(rows, rates, length, SEMIFINALISTS), length)
    length = steps_each(left(rows, budget) / (SEEDS * FINALISTS), 1, planned)
    yield from trained(2, around(rows, rates, length, FINALISTS - 1), length, SEEDS)
    yield from trained(2, [beside(rows)], length, SEEDS)


def steps_each(share: float, least: float, planned: int) -> int:
    return max(1, min(int(max(share, least)), planned))


def left(rows, budget: int) -> int:
    return budget - sum(row["steps"] for row in rows)


def loss_after(training, lr: float, steps: int, schedule: str, seed: int) -> float:
    """Held-out loss after a training of its own; NaN once a loss is not finite."""
    with training.restored():
        training.reseed(seed)
        rate = None
        for step in range(steps):
            before, rate = rate, schedules.rate(schedule, lr, step, steps)
            if rate != before:  # setting it may cost a message to another process
                training.lr = rate
            if not np.isfinite(training.step()):
                return np.nan
        return training.evaluate()


def around(rows, rates, steps: int, count: int) -> list[float]:
    """The rates nearest to where the best one should be in a training this long, going by the last level; ascending."""
    level = levels(rows)[-1]
    expected = vertex(level.x, level.mean) + usual_drift(rows[0]["epochs"]) * np.log10(steps / level.steps)
    return sorted(sorted(rates, key=lambda rate: abs(np.log10(rate) - expected))[:count])


def beside(rows) -> float:
    """The rate half a decade beyond that end of the last level which its best rate is nearer to, the lower one where in doubt."""
    level = levels(rows)[-1]
    down = level.best <= (len(level.x) - 1) / 2
    return float(10 ** (level.x[0] - GRID if down else level.x[-1] + GRID))


def suggested(rate_race) -> Estimate:
    """The peak learning rate to train at."""
    rows = rows_of(rate_race)
    raced = [level for i, level in enumerate(levels(rows)) if i == 0 or len(level.x) >= FINALISTS - 1]  # the last may be cut short
    last, about = raced[-1], rows[0]
    fall = about["before"] - last.mean[last.best]
    if not fall > SURE * last.noise():
        return Estimate(None, None, None, why_not(last, fall))
    slope, error = drift(raced, usual_drift(about["epochs"]))
    further = min(np.log10(about["planned"] / last.steps), FAR)
    tied, sure = max(TIED * fall, last.noise()), max(TIED * fall, SURE * last.noise())
    low, high = (float(10 ** (reach(last, side, sure, GRID / 2) + (slope + side * LEEWAY * error) * further)) for side in (-1, 1))
    value, which = float(10 ** (reach(last, -1, tied) + slope * further)), "the lowest rate as good as the best"
    flat = reach(last, -1, tied) <= last.x[0] and reach(last, 1, tied) >= last.x[-1]
    for name, words in reversed(IN_USE.items()):
        if low <= about[name] <= high or (flat and excess(raced, about[name]) <= TIED * fall):
            value, which = float(about[name]), f"{words}, which none beat beyond noise"
            low, high = min(low, value), max(high, value)
    which += f" (no rate of {rates_of(last)} did clearly better than another)" if flat else ""
    return Estimate(value, low, high, which + told(rows, last, slope * further))


def why_not(level: Level, fall: float) -> str:
    """Why there is no answer."""
    if not np.isfinite(fall):
        return f"every rate of {rates_of(level)} diverged or unlearned within {level.steps} steps"
    return f"the held-out loss never fell beyond its noise in {level.steps} steps at any rate of {rates_of(level)}"


def rates_of(level: Level) -> str:
    return f"{10 ** level.x[0]:.1e} to {10 ** level.x[-1]:.1e}"


def told(rows, last: Level, moved: float) -> str:
    """What was raced, for which schedule, how far the answer was moved, and where rates diverge."""
    about, edge = rows[0], diverged_at(rows)
    parts = [f"for a {list(schedules.SCHEDULES)[int(about['schedule'])]} schedule over {int(about['planned']):,} steps"]
    parts[0] += " (assumed: ten epochs)" if about["assumed"] else ""
    parts += [f"raced in {len(rows)} trainings of up to {last.steps} steps, {-left(rows, 0):,.0f} in all"]
    parts += [f"scaled by {10**moved:.2g} for the greater length"] if abs(moved) > 0.02 else []
    seen = last.steps * about["epochs"] / about["planned"]
    parts += (
        [f"they saw {seen:.1g} of {about['epochs']:,.0f} epochs, too little to show overfitting"] if seen < 1 < about["epochs"] / 2 else []
    )
    far = last.steps * 10**FAR
    parts += [f"as if the best rate were the same beyond {far:,.0f} steps"] if about["planned"] > far else []
    parts += [f"rates from {edge:.1e} diverge"] if np.isfinite(edge) else [f"none up to {max(row['lr'] for row in rows):.1e} diverged"]
    return "; ".join(["", *parts])


def diverged_at(rows) -> float:
    """The lowest rate above the best one that diverged in any training, or turned up in the range test; infinite where none did."""
    level = levels(rows)[-1]
    lost = [row["lr"] for row in rows if not row["after"] < row["before"] and np.log10(row["lr"]) > level.x[level.best]]
    return min([*lost, *(row["edge"] for row in rows[:1] if row["edge"] > 0)], default=np.inf)


def curve(rate_race) -> tuple[np.ndarray, np.ndarray]:
    """Every rate, and the held-out loss of its shortest training; infinite where it diverged or unlearned."""
    first = levels(rows_of(rate_race))[0]
    return 10**first.x, first.mean


def check(rate_race):
    found, last = suggested(rate_race), len(rate_race.lr) - 1
    steps = int(rate_race.steps.sum())
    if found.value is None or found.low is None or found.high is None:
        fact = Evidence("rate_race/after", 0, last, "steps raced", float(steps))
        yield noted(f"The race of learning rates was inconclusive: {found.reason}.", fact)
        return
    fact = Evidence("rate_race/after", 0, last, "lowest held-out loss", float(np.nanmin(rate_race.after)))
    message = f"The race suggests a learning rate of {found.value:.1e} ({found.low:.1e} to {found.high:.1e}): {found.reason}."
    yield noted(message, fact, Change("lr", to=found.value, interval=(found.low, found.high), why=found.reason))
