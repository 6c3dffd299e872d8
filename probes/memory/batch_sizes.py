"""The batch sizes a measurement walks through."""

import time
from collections.abc import Iterator
from typing import Any

from advisor.errors import AdvisorError

AT_LEAST = 4  # sizes: a line through fewer says little


def sizes_of(training: Any, most: int, seconds: float) -> Iterator[int]:
    """Those of `doubling` from 2 up; today's alone where the training decides its minibatches by itself."""
    today = training.batch_size
    return doubling(min(2, today), min(most, training.examples), seconds) if can_be_changed(training) else iter([today])


def can_be_changed(training: Any) -> bool:
    """Whether the batch size can be set to another; it is put back."""
    today = training.batch_size
    try:
        with training.restored():
            training.batch_size = 2 * today if 2 * today <= training.examples else max(1, today // 2)
    except AdvisorError:
        return False
    return True


def doubling(first: int, most: int, seconds: float) -> Iterator[int]:
    """first, 2 first, 4 first … up to `most`, as long as `seconds` last: the next size takes at most twice as long as the last.

    Four sizes come whatever they take.
    """
    begin, done, size, last = time.perf_counter(), 0, first, 0.0
    while size <= most:
        now = time.perf_counter()
        if done >= AT_LEAST and now - begin + 2 * last > seconds:
            return
        yield size
        size, done, last = 2 * size, done + 1, time.perf_counter() - now
