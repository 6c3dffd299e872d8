"""The batch sizes a measurement walks through."""

import time
from collections.abc import Iterator

AT_LEAST = 4  # sizes: a line through fewer says little


def doubling(first: int, most: int, seconds: float) -> Iterator[int]:
    """first, 2 first, 4 first … up to `most`, as long as time lasts: the next size takes about as long as all before it."""
    begin, done, size = time.perf_counter(), 0, first
    while size <= most and (done < AT_LEAST or 2 * (time.perf_counter() - begin) < seconds):
        yield size
        size, done = 2 * size, done + 1
