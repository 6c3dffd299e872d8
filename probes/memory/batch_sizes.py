"""The batch sizes a measurement walks through."""

import time
from collections.abc import Iterator

AT_LEAST = 4  # sizes: a line through fewer says little


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
