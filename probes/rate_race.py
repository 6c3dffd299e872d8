"""Rate race: short real trainings at a few learning rates, judged on held-out data.

What it means
    A range test sees only the training loss, one step at each rate. Where a model overfits, or where the best rate for one step is not
    the best for many, trainings from the same start in the same order of data tell more.

How it is detected
    Each rate trains from the same weights on the same minibatches; the lowest held-out loss at the end wins. Rates within `as_good` of
    the best one's fall are not told apart. Today's rate is among them, and is kept unless another one beats it by more than that.

What to change
    Train at the suggested rate.

References
    Li et al., Hyperband: A Novel Bandit-Based Approach to Hyperparameter Optimization (2018). arXiv:1603.06560
"""

import numpy as np

from advisor.finding import Change, Evidence
from probes.outcome import Estimate, noted

FACTORS = (3.0, 1.0, 1 / 3, 1 / 10, 1 / 30)  # of the range test's suggestion: most of its errors are upwards
AS_GOOD = 0.05  # of the best rate's fall


def candidates(lr: float, today: float, unstable: float = np.inf) -> list[float]:
    """The rates to race, ascending: around the range test's suggestion and below the edge of divergence, and today's."""
    around = [lr * factor for factor in FACTORS if lr * factor < unstable / 2]
    return sorted({today, *(rate for rate in around if not 0.8 < rate / today < 1.25)})


def measure(training, *, rates=(1e-4, 1e-3, 1e-2, 1e-1), today=None, steps=200):
    """A row a rate: held-out loss before and after, and `today` 1 where it is the rate in use."""
    for rate in rates:
        with training.restored():
            training.lr = rate
            before, lost = training.evaluate(), False
            for _ in range(steps):
                if lost := not np.isfinite(training.step()):
                    break
            after = np.nan if lost else training.evaluate()
        yield {"lr": rate, "before": before, "after": after, "steps": steps, "today": float(rate == today)}


def suggested(rate_race) -> Estimate:
    """The learning rate to train at."""
    table, fell = rate_race, np.where(np.isfinite(rate_race.after), rate_race.before - rate_race.after, -np.inf)
    best = float(fell.max())
    if best <= 0:
        return Estimate(None, None, None, f"no rate lowered the held-out loss in {int(table.steps[0])} steps")
    as_good = fell >= (1 - AS_GOOD) * best
    kept = as_good & (table.today > 0)
    value = float(table.lr[kept][0] if kept.any() else table.lr[fell.argmax()])
    low, high = float(table.lr[as_good].min()), float(table.lr[as_good].max())
    loss, steps = float(table.after[table.lr == value][0]), int(table.steps[0])
    among = f"of {len(fell)} rates from {table.lr.min():.1e} to {table.lr.max():.1e}"
    which = f"today's rate, and none {among} did clearly better" if kept.any() else f"the lowest {among}"
    return Estimate(value, low / np.sqrt(3), high * np.sqrt(3), f"held-out loss {loss:.3g} after {steps} steps: {which}")


def check(rate_race):
    found, last = suggested(rate_race), len(rate_race.lr) - 1
    if found.value is None or found.low is None or found.high is None:
        yield noted(
            f"The race of learning rates was inconclusive: {found.reason}.", Evidence("rate_race/after", 0, last, "rates raced", last + 1.0)
        )
        return
    fact = Evidence("rate_race/after", 0, last, "lowest held-out loss", float(np.nanmin(rate_race.after)))
    message = f"The race suggests a learning rate of {found.value:.1e} ({found.low:.1e} to {found.high:.1e})."
    yield noted(message, fact, Change("lr", to=found.value, interval=(found.low, found.high), why=found.reason))
