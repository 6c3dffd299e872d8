"""Data loading: what a step takes with data read by this process, and by a few workers ahead of it.

What it means
    Workers prepare the next minibatches while this one trains. They help as far as a step waits for data, and cost where it does not:
    each minibatch is sent from one process to another.

How it is detected
    Real steps at one batch size with 0 workers and with a few, after as many as the workers read ahead: the mean, for they come in
    bursts. It is worth measuring where a step waits for data for a tenth of its time or more.

What to change
    num_workers, to the fewest that are within a twentieth of the fastest.

References
    PyTorch, torch.utils.data: multi-process data loading. https://docs.pytorch.org/docs/stable/data.html
"""

import numpy as np

from advisor.finding import Change, Evidence
from probes.outcome import note

STEP = "num_workers"  # the x axis of its scalars
WORTHWHILE = 0.1  # share of a step spent waiting for data from which it is worth measuring
AS_FAST = 1.05
AHEAD = 2  # minibatches a worker reads ahead, as torch has it


def counts(cores: int) -> list[int]:
    """The numbers of workers to try on a machine of so many cores."""
    return sorted({0, *(n for n in (1, 2, 4, 8) if n <= max(cores, 1))})


def measure(training, *, workers=None, steps=20, seconds=4.0):
    """A row a number of workers."""
    import os

    for count in counts(os.cpu_count() or 1) if workers is None else workers:
        training.num_workers = count
        for _ in range(1 + AHEAD * count):  # those that were ready when the clock began would not count
            training.step()
        times: list[tuple[float, float]] = []
        while len(times) < steps and sum(step for step, _ in times) < seconds:
            training.step()
            times.append((training.step_time, training.data_time))
        step_time, data_time = np.mean(times, axis=0)
        speed = training.batch_size * training.accumulation_steps / step_time
        yield {"num_workers": count, "step_time": step_time, "data_time": data_time, "samples_per_second": speed}


def compared(data_loading) -> bool:
    """Whether there are steps with workers to compare those without them to: it may have been cut short."""
    return data_loading is not None and bool(data_loading.num_workers.max() > 0)


def suggested(data_loading) -> tuple[int, float]:
    """The fewest workers that are as good as the fastest, and how many times faster a step is with them than with none."""
    table = data_loading
    good = np.flatnonzero(table.step_time <= AS_FAST * table.step_time.min())
    count = good[table.num_workers[good].argmin()]
    return int(table.num_workers[count]), float(table.step_time[table.num_workers.argmin()] / table.step_time[count])


def check(data_loading):
    if not compared(data_loading):
        return
    workers, faster = suggested(data_loading)
    most = int(data_loading.num_workers.max())
    waiting = float(data_loading.data_time[0] / data_loading.step_time[0])
    fact = Evidence("data_loading/step_time", workers, workers, "times faster than with no workers", faster)
    several = "1 worker" if (workers or most) == 1 else f"{workers} workers" if workers else f"up to {most} workers"
    if workers == 0:
        yield note(f"A step spent {waiting:.0%} of its time waiting for data, and {several} made it no faster.", fact)
        return
    change = Change("num_workers", to=workers, why=f"a step was {faster:.2g} times as fast as with none")
    yield note(
        f"With {several} a step was {faster:.2g} times as fast as with none, when it waited for data {waiting:.0%} of its time.",
        fact,
        change,
    )
