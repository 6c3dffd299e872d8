"""Which lines are the same: most of what a training prints repeats after one line, or after a few."""

import numpy as np

NEWLINE = ord("\n")
PERIODS = range(1, 9)  # lines
SEVERAL = 64  # lines: of fewer each is looked up
NEARLY = 0.9  # of all lines


def same_lines(text: bytes) -> tuple[list[bytes], np.ndarray]:
    """The lines of a text, each that is unlike all before it, and which of them each line is, shape (n,)."""
    at = np.frombuffer(text, np.uint8)
    ends = np.append(np.flatnonzero(at == NEWLINE), len(at))
    repeats, period = _repeats(at, ends)
    others = np.flatnonzero(~repeats)
    if 2 * len(others) > len(ends):
        repeats, period, others, lines = np.zeros(len(ends), bool), 1, np.arange(len(ends)), text.split(b"\n")
    else:
        starts = np.append(0, ends[:-1] + 1)
        lines = [text[start:end] for start, end in zip(starts[others].tolist(), ends[others].tolist(), strict=True)]
    known: dict[bytes, int] = {}
    which = np.zeros(len(ends), int)
    which[others] = [known.setdefault(line, len(known)) for line in lines]
    return list(known), which if len(known) == 1 or len(others) == len(ends) else which[_first_of_each(repeats, period)]


def _repeats(text: np.ndarray, ends: np.ndarray) -> tuple[np.ndarray, int]:
    """Which lines repeat the line so many above them, shape (n,): of the lines that do many, and not all that do."""
    found = np.zeros(len(ends), bool)
    starts = np.append(0, ends[:-1] + 1)
    lengths = ends - starts
    period, alike = _period(lengths) if len(ends) >= SEVERAL else (1, found)
    if not alike.any():
        return found, period
    apart = starts[period:] - starts[:-period]
    sizes = apart[alike]
    usual = int(np.partition(sizes, len(sizes) // 2)[len(sizes) // 2])
    found[period:] = alike & (apart == usual)
    differ = np.flatnonzero(text[usual:] != text[:-usual]) + usual
    if len(differ):
        found &= np.diff(np.searchsorted(differ, np.append(starts, len(text) + 1))) == 0
    return found, period


def _period(lengths: np.ndarray) -> tuple[int, np.ndarray]:
    """After how many lines most are as long as the one before, and which are, shape (n - period,); the first where nearly all are."""
    best, found, most = 1, np.zeros(len(lengths) - 1, bool), 0
    for period in PERIODS:
        alike = lengths[period:] == lengths[:-period]
        if (n := int(np.count_nonzero(alike))) > most:
            best, found, most = period, alike, n
        if n > NEARLY * len(lengths):
            break
    return best, found


def _first_of_each(repeats: np.ndarray, period: int) -> np.ndarray:
    """The line that each one repeats, by way of those between, and that repeats none, shape (n,)."""
    n = len(repeats)
    place = np.where(repeats, 0, np.arange(n))
    place = np.append(place, np.zeros(-n % period, int)).reshape(-1, period)
    return np.maximum.accumulate(place, axis=0).ravel()[:n]
