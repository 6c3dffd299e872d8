"""A curve drawn in braille: each character holds two columns of four dots."""

import itertools

import numpy as np

DOTS = np.array([[0x01, 0x08], [0x02, 0x10], [0x04, 0x20], [0x40, 0x80]])
BLANK = 0x2800
LOST = "×"  # where the curve is NaN or infinite


def chart(steps, values, width: int = 60, height: int = 4, log: bool = False) -> list[str]:
    """Returns `height` rows of `width` characters, the highest first, of a curve whose steps and values have shape (n,).

    A column of dots reaches from the lowest to the highest value in it, so that no spike is lost, and on to the column before, so that the
    line holds together. Values that are not finite break the line and stand as × in the last row. With `log` all finite values must be
    positive.
    """
    values = np.asarray(values, float)
    if not len(values):
        return [chr(BLANK) * width] * height
    column, finite = columns(steps, 2 * width), np.isfinite(values)
    low, high = spans(column[finite], heights(values[finite], 4 * height, log), 2 * width, column[~finite])
    level = np.arange(4 * height - 1, -1, -1)[:, None]
    dots = (low <= level) & (level <= high)
    cells = (dots.reshape(height, 4, width, 2) * DOTS[:, None, :]).sum(axis=(1, 3))
    rows = ["".join(chr(BLANK + cell) for cell in row) for row in cells]
    lost = set((column[~finite] // 2).tolist()) - set((column[finite] // 2).tolist())
    rows[-1] = "".join(LOST if i in lost else dot for i, dot in enumerate(rows[-1]))
    return rows


def columns(steps, count: int, first: float | None = None, last: float | None = None) -> np.ndarray:
    """Which of `count` columns each step falls into, shape (n,): by default the first step in the first, the last in the last."""
    steps = np.asarray(steps, float)
    first, last = steps[0] if first is None else first, steps[-1] if last is None else last
    share = (steps - first) / (last - first) if last > first else np.zeros(len(steps))
    return np.clip(np.round(share * (count - 1)), 0, count - 1).astype(int)


def heights(values: np.ndarray, count: int, log: bool) -> np.ndarray:
    """The dot each finite value stands at, shape (n,): 0 the lowest, count - 1 the highest; in the middle where all are equal."""
    if not len(values):
        return np.zeros(0, int)
    scaled = np.log(values) if log else values / max(np.abs(values).max(), 1e-300)
    reach = np.ptp(scaled)
    return np.round((scaled - scaled.min()) / reach * (count - 1)).astype(int) if reach > 0 else np.full(len(values), count // 2)


def spans(column, height, count: int, broken) -> tuple[np.ndarray, np.ndarray]:
    """The lowest and the highest dot of each column, shape (count,), 1 and 0 where it stays empty.

    `column` and `height` are where the points stand, shape (n,). Gaps are bridged, unless they hold a `broken` column.
    """
    low, high = np.full(count, 10**6), np.full(count, -1)
    np.minimum.at(low, column, height)
    np.maximum.at(high, column, height)
    held = np.flatnonzero(high >= 0)
    for a, b in itertools.pairwise(held.tolist()):
        if not ((broken > a) & (broken < b)).any():
            _bridge(low, high, a, b)
    empty = high < 0
    low[empty], high[empty] = 1, 0
    return low, high


def _bridge(low, high, a: int, b: int) -> None:
    """Draw from the middle of column a to that of column b, and let each column touch the one before."""
    between = np.arange(a + 1, b)
    low[between] = high[between] = np.round(np.interp(between, [a, b], [(low[a] + high[a]) / 2, (low[b] + high[b]) / 2]))
    for i in range(a + 1, b + 1):
        low[i], high[i] = min(low[i], high[i - 1] + 1), max(high[i], low[i - 1] - 1)
