"""A level that was left for good: a curve that was lifted far above all it had been, or that gave back what it had won."""

import numpy as np

FEWEST, TIMES, ALONE = 4, 3.0, 30.0  # points; times the highest before; and where a single point stands on one side
WON, BACK = 0.3, 0.5  # of the first: what had been won; of that: what was given back
JUST_BEFORE, DOUBLED, PART = 5, 2.0, 20  # points; times their highest; of the points the last one in so many
CLIMBS, HIGHER = 3, 1.5  # points that rise one after the other; times the lowest


def lifted(values: np.ndarray) -> int | None:
    """The place from which on every one of `values`, shape (n,), lies far above each before it; None where there is none.

    Noise throws up single points, and so one alone on either side must stand out ten times as far. Values of 0 or less have no such scale.
    """
    if len(values) < FEWEST or not (values > 0).all():
        return None
    before, after = np.maximum.accumulate(values)[:-1], np.minimum.accumulate(values[::-1])[::-1][1:]
    places = np.arange(1, len(values))
    needed = np.where(np.minimum(places, len(values) - places) == 1, ALONE, TIMES)
    beyond = after / before / needed
    return int(places[beyond.argmax()]) if beyond.max() >= 1 else None


def given_back(values: np.ndarray) -> int | None:
    """The place from which on what `values`, shape (n,), had fallen by is lost again: at once, or by climbing to the end; None elsewhere.

    They must have fallen by much, and must not have come near that low level since.
    """
    if len(values) < FEWEST + 1 or not (values > 0).all():
        return None
    return lost_at_once(values) or _by_climbing(values)


def lost_at_once(values: np.ndarray) -> int | None:
    """The place from which on all of `values`, shape (n,), lie at twice the few before it, and no lower than half way back to the first."""
    fewest = max(2, len(values) // PART)
    for place in range(len(values) - fewest, 2, -1):
        low, recent, late = float(values[:place].min()), values[place // 2 : place][-JUST_BEFORE:], values[place:]
        if late.min() >= max(_half_way(values[0], low), DOUBLED * float(recent.max())):
            return place
    return None


def _by_climbing(values: np.ndarray) -> int | None:
    """Since its lowest each point lies above the one before it, to the last."""
    low = int(values.argmin())
    since = values[low:]
    steady = len(since) > CLIMBS and bool((np.diff(since) > 0).all())
    far = since[-1] >= max(_half_way(values[0], float(values[low])), HIGHER * float(values[low]))
    return low + 1 if low and steady and far else None


def only_rises(values: np.ndarray) -> bool:
    """Whether each of `values`, shape (n,), lies above the one before it, from the first to the last, and the last far above the first."""
    return bool(len(values) > FEWEST and values[0] > 0 and (np.diff(values) > 0).all() and values[-1] >= HIGHER * values[0])


def _half_way(first: float, low: float) -> float:
    """How high a curve must come to have given back half of its fall; infinite where it had not fallen by much."""
    return low + BACK * (first - low) if first - low >= WON * abs(first) else np.inf
