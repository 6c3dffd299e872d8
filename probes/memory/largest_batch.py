"""The largest batch size that something lets pass, found by asking as few times as may be."""

from collections.abc import Callable

TOLERANCE = 0.004  # of the batch size


def largest_within(taken: Callable[[int], float], most: int, limit: float, start: int = 1) -> int | None:
    """The largest size up to `most` at which no more than `limit` is taken, to 0.4 %; None where even 1 takes more.

    `taken` of a size and `limit` are in one unit, here bytes.

    What is taken is a maximum of straight lines, near enough: then a chord lies above it and its extension below, so a size is the
    largest where the extension, too, meets the limit there. `start` is a size to begin at, best one that fits.
    """
    start = min(start, most)
    known = {size: taken(size) for size in (start, min(2 * start, most))}
    while True:
        size = next_to_ask(known, most, limit, halve=len(known) % 4 == 0)
        if size in known:
            return size if known[size] <= limit else None
        known[size] = taken(size)


def next_to_ask(known: dict[int, float], most: int, limit: float, halve: bool) -> int:
    """A size that is not known yet; else the largest that fits, or 1 where that does not."""
    fits = sorted(size for size, at in known.items() if at <= limit)
    high = min((size for size in known if size not in fits), default=most + 1)
    if not fits:
        return 1
    low = fits[-1]
    if high - low <= max(1, int(TOLERANCE * low)):
        return low
    before = max((size for size in known if size < low), default=None)
    slope = 0.0 if before is None else (known[low] - known[before]) / (low - before)
    reach = low + (limit - known[low]) / slope if slope > 0 else float(high)  # the root, or beyond it
    if reach < low + max(1, TOLERANCE * low):
        return low
    if high > most:
        return min(int(reach), most)
    chord = low + (limit - known[low]) * (high - low) / (known[high] - known[low])  # the root, or short of it
    guess = (low * high) ** 0.5 if halve else reach if chord < low + 1 else chord
    return min(max(int(guess), low + 1), high - 1)
