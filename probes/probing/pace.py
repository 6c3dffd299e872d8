"""How long a step takes, on a machine that has other work too."""

import time
from collections.abc import Callable

from probes.training import Training


def took(training: Training, action: Callable[[], object], alone: bool) -> float:
    """Seconds that this took; as if it were `alone` on the machine, without those it was kept waiting for a processor."""
    waited, begin = training.waited, time.perf_counter()
    action()
    seconds = time.perf_counter() - begin
    return max(seconds - (training.waited - waited if alone else 0.0), 1e-6)


def pace(training: Training, alone: bool) -> float:
    """Seconds that a step takes, with what it costs beside itself: a message, and the script's own prints and evaluations.

    The least of a few, for other work of the machine only ever adds to it.
    """
    times: list[float] = []
    while len(times) < 2 or (len(times) < 5 and sum(times) < 1):
        times.append(took(training, training.step, alone))
    return min(times[1:])
