"""A training that began again in the same text: of what was printed twice the later word counts."""

from collections.abc import Mapping

import numpy as np

from advisor.reading.printed.points import Points
from advisor.reading.step_falls import STUB, falls
from advisor.signals.tags import Meaning, meaning


def last_repeats(steps: np.ndarray) -> tuple[np.ndarray, list[tuple[int, int]]]:
    """The places of the points that count, shape (k,): of a training that began again, the later word.

    And where among `steps`, shape (n,), in the order they were printed, it did, and how many points that replaced.
    A stretch of fewer than `STUB` points that goes back is a summary or a late line, and is left out.
    """
    if (steps[1:] > steps[:-1]).all():
        return np.arange(len(steps)), []
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


def of_an_earlier_training(curves: Mapping[str, Points]) -> list[str]:
    """The losses and scores that ended before another of their kind, with more points, began at the same step or an earlier one.

    They were printed by a training that was begun again under other names.
    """
    spans = {tag: (_kind(meaning(tag)), *points.span(), len(points)) for tag, points in curves.items() if _kind(meaning(tag))}
    others = list(spans.values())
    return [
        tag
        for tag, (kind, _, end, first, n) in spans.items()
        if n >= STUB and any(end < begin and at <= first and n < more and kind == its for its, begin, _, at, more in others)
    ]


def _kind(said: Meaning | None) -> tuple[str, bool] | None:
    """A loss or a score, and whether of validation: what names no part of the data is of training. None of all else."""
    return (said.quantity, said.role == "val") if said and said.quantity in ("loss", "accuracy") else None
