"""A training that began again in the same text: of what was printed twice the later word counts."""

import numpy as np

FEW = 3  # points; a stretch with fewer that goes back is no new beginning


def last_repeats(steps: np.ndarray) -> tuple[np.ndarray, list[tuple[int, int]]]:
    """The places of the points that count, shape (k,): of a training that began again, the later word.

    And where among `steps`, shape (n,), in the order they were printed, it did, and how many points that replaced.
    A stretch of fewer than `FEW` points that goes back is a summary or a late line, and is left out.
    """
    starts = np.flatnonzero(np.diff(steps, prepend=np.inf) < 0)
    lengths = np.diff(np.append(starts, len(steps)))
    stray = np.repeat(lengths < FEW, lengths)
    stray[: lengths[0]] = False
    places = np.flatnonzero(~stray)
    left = steps[places]
    later = np.append(np.minimum.accumulate(left[::-1])[::-1][1:], np.inf)
    kept = left < later
    back = np.flatnonzero(np.diff(left) < 0) + 1
    return places[kept], [(int(places[i]), int((left[:i] >= left[i]).sum())) for i in back]
