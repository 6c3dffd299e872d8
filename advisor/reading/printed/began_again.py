"""A training that began again in the same text: of what was printed twice the later word counts."""

import numpy as np

from advisor.reading.step_falls import STUB, falls


def last_repeats(steps: np.ndarray) -> tuple[np.ndarray, list[tuple[int, int]]]:
    """The places of the points that count, shape (k,): of a training that began again, the later word.

    And where among `steps`, shape (n,), in the order they were printed, it did, and how many points that replaced.
    A stretch of fewer than `STUB` points that goes back is a summary or a late line, and is left out.
    """
    starts = falls(steps, np.inf)
    lengths = np.diff(np.append(starts, len(steps)))
    stray = np.repeat(lengths < STUB, lengths)
    stray[: lengths[0]] = False
    places = np.flatnonzero(~stray)
    left = steps[places]
    later = np.append(np.minimum.accumulate(left[::-1])[::-1][1:], np.inf)
    kept = left < later
    back = falls(left)
    return places[kept], [(int(places[i]), int((left[:i] >= left[i]).sum())) for i in back]
