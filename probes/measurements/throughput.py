"""Throughput: examples a second against batch size.

What it means
    A step costs a fixed time (launching kernels, the optimizer, Python) and a time per example. Up to the knee, where both are
    equal, a larger batch is nearly free.

How it is detected
    The fastest of several real steps at each batch size, after warm-up, waiting for the device: what else the machine does only adds.
    The time spent waiting for data apart. The line step time = α + β·B is the one of least absolute relative error with α, β ≥ 0; the
    knee is α/β.

What to change
    Train at a batch size not far below the knee. Where steps wait for data, load it with more workers: `data_loading` measures how many.

References
    Shallue et al., Measuring the Effects of Data Parallelism on Neural Network Training (2019). arXiv:1811.03600
"""

import time
from itertools import combinations

import numpy as np

from advisor.finding import Change, Evidence
from probes.memory.batch_sizes import sizes_of
from probes.outcome import note

STEP = "batch_size"  # the x axis of its scalars
WAITING = 0.3  # share of a step spent waiting for data from which it is worth a change
WAITED = "throughput/waiting"
WARM_UP = 2
LONGEST = 2.0  # times the seconds of the steps themselves that timing them may take


def measure(training, *, most=None, seconds=8.0, repeats=7, settled=0.2):
    """A row a batch size: of at least `repeats` steps, and of more where they are done before `settled` seconds."""
    for size in sizes_of(training, most or training.examples, seconds):
        training.batch_size = size
        times = timed(training, repeats, settled)
        step_time, data_time = times[times[:, 0].argmin()]
        waiting = np.median(times[:, 1] / times[:, 0])
        yield {
            "batch_size": size,
            "step_time": step_time,
            "data_time": data_time,
            "waiting": waiting,
            "samples_per_second": size * training.accumulation_steps / step_time,
        }


def timed(training, repeats: int, settled: float = 0.0) -> np.ndarray:
    """Seconds of each step after warm-up, and of those the seconds it waited for data, shape (steps, 2)."""
    for _ in range(WARM_UP):
        training.step()
    times: list[tuple[float, float]] = []
    end = time.perf_counter() + LONGEST * settled  # asking for a step may take longer than the step
    while len(times) < repeats or (sum(step for step, _ in times) < settled and time.perf_counter() < end):
        training.step()
        times.append((max(training.step_time, 1e-9), training.data_time))
    return np.array(times)


def line(throughput) -> tuple[float, float]:
    """α and β of step time = α + β·batch size, in seconds; NaN where fewer than two sizes were timed.

    The line of least absolute error always runs through two of the points, or one and a bound: all are tried.
    """
    size, seconds = throughput.batch_size, throughput.step_time
    if len(size) < 2:
        return np.nan, np.nan
    points = list(zip(size.tolist(), seconds.tolist(), strict=True))
    slopes = [(b, t, (u - t) / (c - b)) for (b, t), (c, u) in combinations(points, 2)]
    lines = [(t - b * slope, slope) for b, t, slope in slopes] + [(0.0, t / b) for b, t in points] + [(t, 0.0) for _, t in points]
    possible = [(alpha, beta) for alpha, beta in lines if alpha >= 0 and beta >= 0]
    return min(possible, key=lambda ab: float(np.abs((ab[0] + ab[1] * size) / seconds - 1).sum()))


def knee(throughput) -> tuple[float, bool]:
    """The batch size at which half of a step's time is fixed cost (NaN: unknown), and whether it lies within the sizes timed.

    Where it does not, the smallest or the largest of them stands for it.
    """
    alpha, beta = line(throughput)
    least, most = float(throughput.batch_size.min()), float(throughput.batch_size.max())
    found = np.nan if np.isnan(beta) else most if alpha >= beta * most else max(least, alpha / beta)
    return found, bool(least < found < most)


def waits(throughput, batch_size: float) -> float:
    """Share of a step spent waiting for data at the size timed that is nearest to this one."""
    return float(throughput.waiting[np.abs(np.log(throughput.batch_size / batch_size)).argmin()])


def check(throughput):
    best, (bend, seen) = int(throughput.samples_per_second.argmax()), knee(throughput)
    most, size = throughput.samples_per_second[best], int(throughput.batch_size[best])
    fact = Evidence("throughput/samples_per_second", size, size, "examples a second", float(most))
    known = f"; half of that is reached near a batch of {max(1, round(bend)):,}" if seen else ""
    yield note(f"Training reached {most:,.0f} examples a second at a batch size of {size:,}{known}.", fact)
    first, last, waiting = int(throughput.batch_size[0]), int(throughput.batch_size[-1]), float(np.median(throughput.waiting))
    if waiting > WAITING:
        fact = Evidence(WAITED, first, last, "share of a step", waiting, WAITING)
        change = Change("num_workers", to=4, why="loads the next minibatches while this one trains")
        yield note(f"A step spent {waiting:.0%} of its time waiting for data.", fact, change)
