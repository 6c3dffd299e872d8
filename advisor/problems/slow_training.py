"""Steps take longer than the computation in them.

What it means
    The device waits, most often for data, or every step has become slower than it was. The same training fits
    into less time without changing what is learned.

How it is detected
    The time spent waiting for data is `waiting` of the step time or more (median over the run). Or steps
    became slower along the run: the last quarter takes `slower` times as long as the first, in a steady
    trend that goes on in the second half, where steps became slower by `on` or more; where one jump leaves less unexplained than a steady
    course, it is told as one. A time that never once falls is none of a step but the time since the start, and tells nothing; neither
    does a mean since the start, which settles.

References
    The guide, Problem 3: Training Too Slow.
"""

from dataclasses import replace

import numpy as np

from advisor.curves import T, flat, line, noise, spike_at
from advisor.finding import Evidence, Finding, confidence
from advisor.statistics.curve_shape import CannotTell, binned, enough
from advisor.statistics.noise import rank_trend
from advisor.wording import number, percent

EDGE = 3  # points on either side of a jump
ONE_JUMP = 0.5  # of what a steady course leaves unexplained: a jump that leaves less than that is one

EVEN = 0.1  # of a step's time: what it varies by while a whole log is written
GROWN = 5.0  # times the value after a tenth of the points


def check(step_time=None, data_time=None, throughput=None, *, waiting=0.3, slower=1.4, steady=0.6, on=1.05):
    steps, signal = (step_time, "step_time") if step_time is not None else (seconds(throughput), "throughput")
    steps = enough(steps)
    if counts_up(steps):
        raise CannotTell(f"{steps.tag or signal} never falls: it is the time since the start, and not that of a step")
    first, last = int(steps.steps[0]), int(steps.steps[-1])
    typical = float(np.median(steps.values))
    if data_time is not None and len(data := data_time.finite()) and typical > 0:
        share = float(np.median(data.values)) / typical
        if share >= waiting:
            yield Finding(
                f"A typical step waited {percent(min(share, 1.0))} of its time for data: {np.median(data.values):.3g} of {typical:.3g} s, "
                f"steps {first} to {last}.",
                (Evidence("data_time", first, last, "share of the step spent waiting for data", share, waiting),),
                confidence=confidence(share, waiting),
            )
    early, late = (float(np.median(part)) for part in (steps.values[: len(steps) // 4], steps.values[-(len(steps) // 4) :]))
    bins = binned(steps).values
    half = len(bins) // 2
    if early > 0 and late / early >= slower and min(rank_trend(bins), rank_trend(bins[half:])) >= steady and late >= on * middle(steps):
        at = jump(steps)
        how = f"at once, at step {at}" if at is not None else "all along"
        yield Finding(
            f"Steps became slower {how}: {number(early)} s at first, {number(late)} s by step {last}, {late / early:.2g} times as long.",
            (Evidence(signal, first, last, "last quarter over the first", late / early, slower),),
            confidence=confidence(late / early, slower),
        )


def middle(steps):
    """The time of a step around the middle of the run."""
    third = len(steps) // 3
    return float(np.median(steps.values[third:-third]))


def counts_up(times):
    """Whether it grows from each point to the next, by a great deal in all or as the steps do: no clock of single steps does.

    In the tail of a log the time since the start does not grow by much any more, but in proportion to the steps.
    """
    values, steps = times.values, np.maximum(times.steps, 1)
    great = values[-1] > GROWN * max(values[len(values) // 10], 1e-300)
    pace = values / steps
    return bool((np.diff(values) > 0).mean() > 0.98 and (great or np.ptp(pace) <= EVEN * np.median(pace)))


def jump(steps):
    """The step at which they became slower once, with no trend before it and none after; None where it was no single jump."""
    logs = np.log(np.maximum(steps.values, 1e-300))
    n, done = len(logs), np.cumsum(logs)
    k = np.arange(EDGE, n - EDGE)
    if not len(k):
        return None
    between = (done[k - 1] / k - (done[-1] - done[k - 1]) / (n - k)) ** 2 * k * (n - k)
    at = int(k[between.argmax()])
    rest = np.concatenate([logs[:at] - logs[:at].mean(), logs[at:] - logs[at:].mean()])
    line = np.polynomial.Polynomial.fit(np.arange(n), logs, 1)(np.arange(n))
    return int(steps.steps[at]) if np.square(rest).sum() < ONE_JUMP * np.square(logs - line).sum() else None


def seconds(throughput):
    """Time a sample, where only samples a time are logged."""
    if throughput is None:
        raise CannotTell("no step_time, data_time or throughput was logged")
    moving = throughput[throughput.values > 0]
    return replace(moving, values=1 / moving.values)


BAD = {
    "waits for data": dict(step_time=flat(0.2) * noise(0.1), data_time=flat(0.15) * noise(0.1, seed=1)),
    "waits a little too much": dict(step_time=flat(0.2) * noise(0.1), data_time=flat(0.08) * noise(0.1, seed=1)),
    "slower and slower": dict(step_time=line(0.1, 0.4) * noise(0.1)),
    "throughput falls": dict(throughput=line(400, 150) * noise(0.05)),
    "a little slower": dict(step_time=line(0.1, 0.18) * noise(0.05)),
}
GOOD = {
    "hardly waits": dict(step_time=flat(0.2) * noise(0.1), data_time=flat(0.01) * noise(0.1)),
    "a slow first step": dict(step_time=flat(0.2) * noise(0.1) + spike_at(0, 20.0), data_time=flat(0.01) + spike_at(0, 19.0)),
    "wanders": dict(step_time=0.2 + 0.1 * np.sin(40 * T)),
    "noisy": dict(step_time=flat(0.2) * noise(0.4)),
    "one jump, and hardly slower since": dict(step_time=np.where(T < 0.3, 0.1, 0.2 + 0.01 * T)),
    "swings more than it slows": dict(step_time=(0.1 + 0.2 * T) * (1 + 0.8 * np.sin(60 * T))),
    "the time since the start": dict(step_time=np.arange(1, 201) * 0.18),
    "a mean since the start, of which the first steps were quick": dict(throughput=112 + 31 / (1 + 40 * T)),
    "a mean since the start, which settles": dict(throughput=20 + 24 * np.exp(-25 * T) + 0.1 * np.sin(300 * T)),
    "hardly slower, but steadily": dict(step_time=line(0.1, 0.125) * noise(0.005)),
    "slower at once, then faster again": dict(step_time=np.where(T < 0.25, 0.1, 0.35 - 0.2 * T)),
}
