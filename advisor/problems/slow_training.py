"""Steps take longer than the computation in them.

What it means
    The device waits, most often for data, or every step has become slower than it was. The same training fits
    into less time without changing what is learned.

How it is detected
    The time spent waiting for data is `waiting` of the step time or more (median over the run). Or steps
    became slower along the run: the last quarter takes `slower` times as long as the first, in a steady
    trend. Where one jump leaves less unexplained than a steady course, it is told as one.

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


def check(step_time=None, data_time=None, throughput=None, *, waiting=0.3, slower=1.4, steady=0.6):
    steps, signal = (step_time, "step_time") if step_time is not None else (seconds(throughput), "throughput")
    steps = enough(steps)
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
    if early > 0 and late / early >= slower and rank_trend(binned(steps).values) >= steady:
        at = jump(steps)
        how = f"at once, at step {at}" if at is not None else "all along"
        yield Finding(
            f"Steps became slower {how}: {number(early)} s at first, {number(late)} s by step {last}, {late / early:.2g} times as long.",
            (Evidence(signal, first, last, "last quarter over the first", late / early, slower),),
            confidence=confidence(late / early, slower),
        )


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
    "hardly slower, but steadily": dict(step_time=line(0.1, 0.12) * noise(0.01)),
    "slower at once, then faster again": dict(step_time=np.where(T < 0.25, 0.1, 0.35 - 0.2 * T)),
}
