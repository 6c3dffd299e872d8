"""How long a step takes, on a machine that has other work too."""

import time
from collections.abc import Callable

from probes.training import Training

HINDERED = 0.25  # of the time that a training was kept waiting for a processor: the machine is busy
FASTER = 1.5  # times, that make one thread worth it

BUSY = "The machine was busy: {share:.0%} of the time the training waited for a processor, so times are those of a busy machine."
ONE_THREAD = " It was probed on one thread, which was {times:.2g} times as fast, for threads wait for one another."


def took(training: Training, action: Callable[[], object], alone: bool) -> float:
    """Seconds that this took; as if it were `alone` on the machine, without those it was kept waiting for a processor."""
    ran, waited = training.processor_times
    begin = time.perf_counter()
    action()
    seconds = time.perf_counter() - begin
    if not alone:
        return seconds
    then = training.processor_times
    return max(seconds - (then[1] - waited), min(then[0] - ran, seconds), 1e-6)


def pace(training: Training, alone: bool) -> float:
    """Seconds that a step takes, with what it costs beside itself: a message, and the script's own prints and evaluations.

    The least of a few, for other work of the machine only ever adds to it.
    """
    times: list[float] = []
    while len(times) < 2 or (len(times) < 5 and sum(times) < 1):
        times.append(took(training, training.step, alone))
    return min(times[1:])


def hindered(training: Training) -> float:
    """The share of its time that it was kept waiting for a processor so far."""
    ran, waited = training.processor_times
    return waited / max(ran + waited, 1e-9)


def on_one_thread(training: Training) -> float:
    """How many times as fast one thread is on a busy machine, which the training then goes on with; 1 where it does not.

    Threads that compute an operation together wait for one another, so each step waits until all have a processor at once.
    """
    count = training.threads
    if count == 1 or hindered(training) < HINDERED:
        return 1.0
    before = pace(training, False)
    training.threads = 1
    times = before / pace(training, False)
    if times >= FASTER:
        return times
    training.threads = count
    return 1.0


def busy_note(share: float, faster: float) -> list[str]:
    """The sentence on a machine that kept the training waiting for this share of its time, and what one thread brought; none of another."""
    one = ONE_THREAD.format(times=faster) if faster > 1 else ""
    return [BUSY.format(share=share) + one] if share > HINDERED else []
