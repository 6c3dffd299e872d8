"""Learning rate range test: the loss while the learning rate grows geometrically.

What it means
    A rate far too small leaves the loss where it is, one too large throws it up. In between lies the range that trains.

How it is detected
    One optimizer step at each rate from `lowest` to `highest`, stopping once the smoothed loss has grown `diverged` times above its
    best. It brackets the rates worth racing. Taken alone, as a quick answer, it suggests a tenth of the rate at which the smoothed loss
    is lowest; it knows neither held-out data nor how long the training is to be. Inconclusive where the loss never falls beyond noise.

What to change
    Train at the suggested rate. Under warm-up and a decaying schedule the best peak is about twice as high.

References
    Smith, Cyclical Learning Rates for Training Neural Networks (2017). arXiv:1506.01186
    Gugger and Howard, fastai's `lr_find`, whose "minimum" is this rule.
"""

import numpy as np

from advisor.finding import Change, Evidence
from advisor.statistics.noise import noise
from probes.outcome import Estimate, note

MEMORY = 4.0  # decades of learning rate that the smoothed loss remembers
BELOW_MINIMUM = 10.0
WIDTH = 3.0  # the interval reaches at least this factor below the suggestion
BEGINNING = 5  # losses, at least
SURE = 4.0  # standard errors that the loss must fall by


def measure(training, *, lowest=1e-7, highest=10.0, steps=100, seed=0, diverged=4.0):
    """A row a step; `ended` is 1 in the last row of the ramp."""
    rates, size = np.geomspace(lowest, highest, steps), training.batch_size * training.accumulation_steps
    losses: list[float] = []
    with training.restored():
        training.reseed(seed)
        for lr in rates:
            training.lr = lr
            losses.append(training.step())
            mean = smoothed(rates[: len(losses)], np.array(losses))
            settled = mean[min(BEGINNING, len(mean) - 1) :]  # the mean of a few is as noisy as they are
            ended = len(losses) == steps or has_diverged(settled, diverged)
            yield {"batch_size": size, "lr": lr, "loss": losses[-1], "ended": ended}
            if ended:
                break


def has_diverged(loss: np.ndarray, times: float) -> bool:
    """Whether the last loss is that many times the best, or none at all; a best below zero is measured by its size."""
    best = np.nanmin(loss) if np.isfinite(loss).any() else np.nan
    return not loss[-1] <= best + (times - 1) * abs(best)


def smoothed(lr: np.ndarray, loss: np.ndarray) -> np.ndarray:
    """The mean of the losses so far, each weighing the less the more decades of learning rate ago it was.

    `lr`, evenly spaced on a logarithmic axis, `loss` and the answer are of shape (steps,); from a NaN on all are NaN.
    """
    if len(lr) < 2:
        return loss.copy()
    keep = max(0.0, 1 - np.log10(lr[1] / lr[0]) / MEMORY)
    weighted, weight, mean = 0.0, 0.0, np.empty(len(loss))
    with np.errstate(invalid="ignore"):
        for i, value in enumerate(loss):
            weighted, weight = keep * weighted + value, keep * weight + 1
            mean[i] = weighted / weight
    return mean


def last_ramp(lr_range_test) -> tuple[int, np.ndarray, np.ndarray] | None:
    """Batch size, rates and losses of the ramp measured last; None where none ran to its end."""
    table, ends = lr_range_test, np.flatnonzero(lr_range_test.ended)
    if not len(ends):
        return None
    begins = np.flatnonzero(np.diff(table.lr, prepend=np.inf) < 0)  # a ramp rises; one before it may have been cut short
    rows = slice(begins[begins <= ends[-1]][-1], ends[-1] + 1)
    return int(table.batch_size[ends[-1]]), table.lr[rows], table.loss[rows]


def fell(loss: np.ndarray) -> bool:
    """Whether the loss sank below where it began by more than its noise: the lowest mean of five against the first fifth of the ramp.

    `loss`, shape (steps,), may hold NaN and infinities, which are left out; of fewer than ten others nothing is said to fall.
    """
    finite = loss[np.isfinite(loss)]
    if len(finite) < 10:
        return False
    begin, five = finite[: beginning(finite)], np.convolve(finite, np.full(5, 0.2), "valid")
    error = noise(begin) * np.sqrt(1 / len(begin) + 1 / 5)
    return bool(begin.mean() - five.min() > max(SURE * error, 1e-6 * abs(begin.mean())))


def edge(lr: np.ndarray, loss: np.ndarray) -> float:
    """The first rate, beyond that of the lowest loss, at which the loss is back above where it began; infinite where it never is.

    `lr`, ascending, and `loss` are of shape (steps,); a NaN is above. The losses it began with are not the lowest but by luck.
    """
    begin = beginning(loss)
    above = ~(loss <= loss[:begin].mean())
    above[: begin + int(np.nanargmin(loss[begin:]))] = False
    return float(lr[above.argmax()]) if above.any() else np.inf


def beginning(loss: np.ndarray) -> int:
    """How many losses the ramp begins with."""
    return max(BEGINNING, len(loss) // 5)


def unstable(lr_range_test) -> float:
    """The rate at which the ramp turned back up, or broke off where it never fell; infinite where it did neither."""
    ramp = last_ramp(lr_range_test)
    if ramp is None:
        return np.inf
    _, lr, loss = ramp
    turned, broke_off = edge(lr, loss) if fell(loss) else np.inf, has_diverged(smoothed(lr, loss), 2.0)
    return float(lr[-1]) if turned == np.inf and broke_off else turned


def suggested(lr_range_test) -> Estimate:
    """The learning rate to train at, going by the range test alone."""
    ramp = last_ramp(lr_range_test)
    if ramp is None:
        return Estimate(None, None, None, "no range test ran to its end")
    if not fell(ramp[2]):
        return Estimate(None, None, None, "the loss never fell beyond its noise at any rate of the range test")
    size, lr, loss = ramp
    settled = beginning(loss)  # before it has seen so many losses the mean is their noise
    minimum, turned = float(lr[settled + np.nanargmin(smoothed(lr, loss)[settled:])]), unstable(lr_range_test)
    value = min(minimum / BELOW_MINIMUM, turned / WIDTH)
    beyond = f"; training became unstable at {turned:.1e}" if np.isfinite(turned) else ""
    why = (
        f"quick: a tenth of the rate of the lowest smoothed loss in one range test at a batch size of {size:,}; no race was run to its end"
    )
    return Estimate(value, value / WIDTH, max(value, min(minimum / BELOW_MINIMUM, turned / 2)), why + beyond)


def check(lr_range_test):
    found, last = suggested(lr_range_test), len(lr_range_test.lr) - 1
    first = last + 1 - len((last_ramp(lr_range_test) or (0, lr_range_test.lr))[1])
    if found.value is None or found.low is None or found.high is None:
        fact = Evidence("lr_range_test/loss", first, last, "fall beyond its noise", 0.0)
        yield note(f"The range test was inconclusive: {found.reason}.", fact)
        return
    message = f"The range test alone suggests a learning rate of {found.value:.1e} ({found.low:.1e} to {found.high:.1e})."
    fact = Evidence("lr_range_test/loss", first, last, "a tenth of the rate of the lowest smoothed loss", found.value)
    yield note(message, fact, Change("lr", to=found.value, interval=(found.low, found.high), why=found.reason))
