"""Rate race: short real trainings at many learning rates, the planned schedule squeezed into each, judged on held-out data.

What it means
    A range test sees only the training loss, one step at each rate. Where a model overfits, or where the best rate for a few steps is
    not the best for many, trainings from the same start in the same order of data tell more. The rate is the peak of the schedule.

How it is detected
    Successive halving: each rate trains from the same weights on the same minibatches, those around the best train again for twice as
    long, and those around the best of these longer still, in three orders of data, where one divergence disqualifies. A parabola in log lr
    gives the best rate of each length. Today's rate trains to the end, whatever became of it before, and is left out of the interval only
    where it was beaten beyond noise. Too high a rate costs more than too low a one: among those that cannot be told from the best the
    suggestion lies half way from the best to the lowest. Today's rate is kept while it lies in the lower three fifths of them, else the
    optimizer's usual one. The best of all then trains longest, its rate falling to nothing at the end: where its held-out loss comes to
    lie above its training loss, longer trainings may want a rate as much lower as they are longer; else the best rate falls slowly with
    length, and where the next one above diverges it stays for a while. That widens the interval, down to what the planned steps may want,
    and never moves the suggestion: short trainings do not tell enough of long ones for that.

What to change
    Train at the suggested rate, under the schedule it was measured for.

References
    Li et al., Hyperband: A Novel Bandit-Based Approach to Hyperparameter Optimization (2018). arXiv:1603.06560
    Wu et al., Understanding Short-Horizon Bias in Stochastic Meta-Optimization (2018). arXiv:1803.02021
"""

import numpy as np

from advisor.finding import Change, Evidence
from probes.learning_rate import schedules
from probes.learning_rate.optimizers import usual_rate
from probes.learning_rate.race_candidates import GRID, around, candidates, one_beyond
from probes.learning_rate.race_drift import BEYOND, drift, moved, usual_drift
from probes.learning_rate.race_levels import LONGEST, excess, levels, longest, overfits, reach, rows_of, spent, still_learns, vertex
from probes.learning_rate.race_words import IN_USE, race_reason, rates_of, why_not
from probes.outcome import Estimate, note
from probes.training import UNKNOWN
from probes.trials.one_training import outcome

SEEDS = 3  # orders of data in which the finalists train
SEMIFINALISTS, FINALISTS = 5, 4
SHORTEST = 10  # steps of a training
TIED = 0.01  # of the best rate's fall: a difference too small to matter
SURE = 1.44  # standard errors: 90 % one-sided, Student's t with the three finalists' two degrees of freedom each
LEEWAY = 0.5  # standard errors of the drift in the interval: as rates stay good for a while beside the best, more would be too many
LONG = 0.22  # of the budget for the longest training
COOLING = 0.1  # of that, at its end, in which its rate falls to nothing
KEPT = 0.6  # of the interval, from below, in which a rate in use is kept
FAR = 2.0  # decades of steps that the interval is widened for at most
EPOCHS, LEAST_PLANNED = 10, 300


def usual_plan(training) -> int:
    """Steps of a training where nobody says how many: ten epochs, where it is known what one is, and no fewer than 300."""
    epochs = EPOCHS if training.examples < UNKNOWN else 0
    return max(LEAST_PLANNED, epochs * training.examples // (training.batch_size * training.accumulation_steps))


def measure(training, *, edge=np.inf, planned=None, schedule="constant", today=None, folk=None, rates=None, budget=950, seed=0):
    """A row a training: `lr`, `seed`, `steps`, its `level`, the held-out loss `before` and `after`, the training loss `train` of its end.

    The latter two are NaN where it diverged.

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

    def trained(level, lrs, steps, seeds=1, cooling=0.0):
        for lr in lrs:
            for order in range(seeds):
                found = outcome(training, lr, steps, schedule, seed + order, cooling)
                rows.append({"lr": lr, "seed": order, "steps": steps, "level": level, "before": before, **found, **about})
                yield rows[-1]

    long = steps_each(LONG * budget, 1, planned)
    share = (budget - long) / (len(rates) + 2 * SEMIFINALISTS + 4 * SEEDS * FINALISTS)
    length = steps_each(share, min(SHORTEST, budget / len(rates) / 3), planned)
    yield from trained(0, rates, length)
    length = steps_each(min(2 * length, left(rows, budget) / SEMIFINALISTS / 2), 1, planned)
    yield from trained(1, around(rows, rates, length, SEMIFINALISTS), length)
    finalists = around(rows, rates, length, FINALISTS - 1)
    finalists += [rate for rate in rates if rate == today and rate not in finalists]
    length = steps_each((left(rows, budget) - long) / (SEEDS * (len(finalists) + 1)), 1, planned)
    yield from trained(2, finalists, length, SEEDS)
    yield from trained(2, [one_beyond(rows)], length, SEEDS)
    last = levels(rows)[-1]
    if long > length and np.isfinite(last.mean[last.best]):
        yield from trained(LONGEST, [float(10 ** last.x[last.best])], long, cooling=COOLING)


def steps_each(share: float, least: float, planned: int) -> int:
    return max(1, min(int(max(share, least)), planned))


def left(rows, budget: int) -> int:
    return budget - spent(rows)


def has_finalists(rate_race) -> bool:
    """Whether rates were compared in several orders of data, without which their noise is not known."""
    rows = rows_of(rate_race)
    last = levels(rows)[-1]
    return len(last.losses) > 1 and (longest(rows) is not None or len(last.x) >= FINALISTS - 1)


def suggested(rate_race) -> Estimate:
    """The peak learning rate to train at."""
    rows = rows_of(rate_race)
    raced = [level for i, level in enumerate(levels(rows)) if i == 0 or len(level.x) >= FINALISTS - 1]  # the last may be cut short
    last, about = raced[-1], rows[0]
    fall = about["before"] - last.mean[last.best]
    if not fall > SURE * last.noise():
        return Estimate(None, None, None, why_not(last, fall))
    overfit = overfits(rows)
    stays = (1 - overfit) * still_learns(rows)
    slope, error = drift(raced, usual_drift(overfit))
    further = min(np.log10(about["planned"] / last.steps), FAR)
    tied, sure = max(TIED * fall, last.noise()), max(TIED * fall, SURE * last.noise())
    low, high = (float(10 ** reach(last, side, sure, GRID / 2)) for side in (-1, 1))
    half_way = (reach(last, -1, tied) + vertex(last.x, last.mean)) / 2
    value, which = float(10**half_way), "among the lower of the rates as good as the best"
    kept = KEPT * (1 - overfit / 2)
    lower = low ** (1 - kept) * high**kept
    flat = reach(last, -1, tied) <= last.x[0] and reach(last, 1, tied) >= last.x[-1]
    for name, words in reversed(IN_USE.items()):
        if low <= about[name] <= lower or (flat and excess(raced, about[name]) <= TIED * fall):
            value, which = float(about[name]), f"{words}, which none beat beyond noise"
    which += f" (no rate of {rates_of(last)} did clearly better than another)" if flat else ""
    by = moved(last, slope - LEEWAY * error, further, BEYOND * stays)
    held = [value, about["today"]] if excess([last], about["today"]) <= sure else [value]
    return Estimate(value, float(min(low * 10**by, *held)), float(max(high, *held)), which + race_reason(rows, last, by))


def curve(rate_race) -> tuple[np.ndarray, np.ndarray]:
    """Every rate, and the held-out loss of its shortest training; infinite where it diverged or unlearned."""
    first = levels(rows_of(rate_race))[0]
    return 10**first.x, first.mean


def check(rate_race):
    found, last = suggested(rate_race), len(rate_race.lr) - 1
    steps = int(rate_race.steps.sum())
    if found.value is None or found.low is None or found.high is None:
        fact = Evidence("rate_race/after", 0, last, "steps raced", float(steps))
        yield note(f"The race of learning rates was inconclusive: {found.reason}.", fact)
        return
    fact = Evidence("rate_race/after", 0, last, "lowest held-out loss", float(np.nanmin(rate_race.after)))
    message = f"The race suggests a learning rate of {found.value:.1e} ({found.low:.1e} to {found.high:.1e}): {found.reason}."
    yield note(message, fact, Change("lr", to=found.value, interval=(found.low, found.high), why=found.reason))
