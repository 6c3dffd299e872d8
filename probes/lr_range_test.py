"""Learning rate range test: the loss while the learning rate grows geometrically.

What it means
    A rate far too small leaves the loss where it is, one too large throws it up. In between lies the range that trains.

How it is detected
    One optimizer step at each rate from `lowest` to `highest`, stopping once the smoothed loss has grown `diverged` times above its
    best. The suggestion is a tenth of the rate at which the smoothed loss is lowest, the geometric mean over several ramps from the
    same weights with different data orders. It is inconclusive where the loss never falls beyond its noise.

What to change
    Train at the suggested rate. Under warm-up and a decaying schedule the best peak is about twice as high.

References
    Smith, Cyclical Learning Rates for Training Neural Networks (2017). arXiv:1506.01186
    Gugger and Howard, fastai's `lr_find`, whose "minimum" is this rule.
"""

import numpy as np

from advisor.finding import Change, Evidence
from advisor.stats import noise
from probes.outcome import Estimate, noted

MEMORY = 4.0  # decades of learning rate that the smoothed loss remembers
BELOW_MINIMUM = 10.0
WIDTH = 3.0  # the interval reaches at least this factor below the suggestion
SURE = 4.0  # standard errors that the loss must fall by


def measure(training, *, lowest=1e-7, highest=10.0, steps=100, ramps=1, first=0, seed=0, diverged=4.0):
    """Rows of `ramps` ramps, numbered from `first`; `ended` is 1 in the last row of each."""
    rates, size = np.geomspace(lowest, highest, steps), training.batch_size * training.accumulation_steps
    for ramp in range(first, first + ramps):
        with training.restored():
            training.reseed(seed + ramp)
            losses: list[float] = []
            for lr in rates:
                training.lr = lr
                losses.append(training.step())
                ended = len(losses) == steps or has_diverged(smoothed(rates[: len(losses)], np.array(losses)), diverged)
                yield {"ramp": ramp, "batch_size": size, "lr": lr, "loss": losses[-1], "ended": ended}
                if ended:
                    break


def has_diverged(loss: np.ndarray, times: float) -> bool:
    """Whether the last loss is that many times the best, or none at all; a best below zero is measured by its size."""
    best = np.nanmin(loss) if np.isfinite(loss).any() else np.nan
    return not loss[-1] <= best + (times - 1) * abs(best)


def smoothed(lr: np.ndarray, loss: np.ndarray) -> np.ndarray:
    """The mean of the losses so far, each weighing the less the more decades of learning rate ago it was."""
    if len(lr) < 2:
        return loss.copy()
    keep = max(0.0, 1 - np.log10(lr[1] / lr[0]) / MEMORY)
    weighted, weight, mean = 0.0, 0.0, np.empty(len(loss))
    with np.errstate(invalid="ignore"):
        for i, value in enumerate(loss):
            weighted, weight = keep * weighted + value, keep * weight + 1
            mean[i] = weighted / weight
    return mean


def ramps_of(lr_range_test):
    """(batch size, lr, loss) of each ramp that ran to its end, by the batch size measured last."""
    table, ends = lr_range_test, np.flatnonzero(lr_range_test.ended)
    runs = dict.fromkeys((table.batch_size[end], table.ramp[end]) for end in reversed(ends))
    return [
        (int(size), table.lr[kept], table.loss[kept]) for size, ramp in runs for kept in [(table.batch_size == size) & (table.ramp == ramp)]
    ]


def fell(loss: np.ndarray) -> bool:
    """Whether the loss sank below where it began by more than its noise: the lowest mean of five against the first fifth of the ramp."""
    finite = loss[np.isfinite(loss)]
    if len(finite) < 10:
        return False
    begin, five = finite[: max(5, len(finite) // 5)], np.convolve(finite, np.full(5, 0.2), "valid")
    error = noise(begin) * np.sqrt(1 / len(begin) + 1 / 5)
    return bool(begin.mean() - five.min() > max(SURE * error, 1e-6 * abs(begin.mean())))


def edge(lr: np.ndarray, loss: np.ndarray) -> float:
    """The first rate, beyond that of the lowest loss, at which the loss is back above where it began; infinite where it never is."""
    above = ~(loss <= loss[: max(5, len(loss) // 5)].mean())
    above[: int(np.nanargmin(loss))] = False
    return float(lr[above.argmax()]) if above.any() else np.inf


def unstable(lr_range_test) -> float:
    """The lowest rate at which a ramp turned back up; infinite where none did."""
    return min((edge(lr, loss) for _, lr, loss in ramps_of(lr_range_test) if fell(loss)), default=np.inf)


def suggested(lr_range_test) -> Estimate:
    """The learning rate to train at."""
    told = [ramp for ramp in ramps_of(lr_range_test) if fell(ramp[2])]
    if not told:
        return Estimate(None, None, None, "the loss never fell beyond its noise at any rate of the range test")
    size = told[0][0]
    good = [(lr, loss) for batch_size, lr, loss in told if batch_size == size]
    minimum = np.array([lr[np.nanargmin(smoothed(lr, loss))] for lr, loss in good])
    turned = unstable(lr_range_test)
    value = min(float(np.exp(np.log(minimum / BELOW_MINIMUM).mean())), turned / WIDTH)
    low, high = min(value / WIDTH, float(minimum.min()) / BELOW_MINIMUM), max(value, min(float(minimum.min()), turned / 2))
    ramps = "one range test" if len(good) == 1 else f"{len(good)} range tests"
    beyond = f"; training became unstable at {turned:.1e}" if np.isfinite(turned) else ""
    return Estimate(
        value, low, high, f"a tenth of the rate at which the smoothed loss was lowest in {ramps} at a batch size of {size:,}{beyond}"
    )


def check(lr_range_test):
    found, last = suggested(lr_range_test), len(lr_range_test.lr) - 1
    first = int((lr_range_test.batch_size == lr_range_test.batch_size[-1]).argmax())
    if found.value is None or found.low is None or found.high is None:
        fact = Evidence("lr_range_test/loss", first, last, "fall beyond its noise", 0.0)
        yield noted(f"The range test was inconclusive: {found.reason}.", fact)
        return
    message = f"The range test suggests a learning rate of {found.value:.1e} ({found.low:.1e} to {found.high:.1e})."
    fact = Evidence("lr_range_test/loss", first, last, "a tenth of the rate of the lowest smoothed loss", found.value)
    yield noted(message, fact, Change("lr", to=found.value, interval=(found.low, found.high), why=found.reason))
