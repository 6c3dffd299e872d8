"""Which lines are the same: most of what a training prints repeats after one line, or after a few."""

import numpy as np

NEWLINE = ord("\n")
PERIODS = range(1, 9)  # lines
SEVERAL = 64  # lines: of fewer each is looked up


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
    return list(known), which[_first_of_each(repeats, period)] if len(others) < len(ends) else which


def _repeats(text: np.ndarray, ends: np.ndarray) -> tuple[np.ndarray, int]:
    """Which lines repeat the line so many above them, shape (n,): of the lines that do many, and not all that do."""
    found = np.zeros(len(ends), bool)
    starts = np.append(0, ends[:-1] + 1)
    lengths = ends - starts
    alike = {period: lengths[period:] == lengths[:-period] for period in PERIODS if period < len(ends) >= SEVERAL}
    period = max(alike, key=lambda one: np.count_nonzero(alike[one]), default=1)
    if not alike or not alike[period].any():
        return found, period
    apart = starts[period:] - starts[:-period]
    sizes = apart[alike[period]]
    usual = int(np.partition(sizes, len(sizes) // 2)[len(sizes) // 2])
    found[period:] = alike[period] & (apart == usual)
    differ = np.flatnonzero(text[usual:] != text[:-usual]) + usual
    if len(differ):
        found &= np.diff(np.searchsorted(differ, np.append(starts, len(text) + 1))) == 0
    return found, period


def _first_of_each(repeats: np.ndarray, period: int) -> np.ndarray:
    """The line that each one repeats, by way of those between, and that repeats none, shape (n,)."""
    n = len(repeats)
    place = np.where(repeats, 0, np.arange(n))
    place = np.append(place, np.zeros(-n % period, int)).reshape(-1, period)
    return np.maximum.accumulate(place, axis=0).ravel()[:n]
