"""What a score means: how far from full it is, and how much of that distance training has closed."""

import re
from collections.abc import Iterator

import numpy as np

from advisor.finding import Evidence
from advisor.scalar import Scalar
from advisor.signals.tags import spelled
from advisor.statistics.noise import noise as noise_of
from advisor.statistics.noise import smooth

LEAST = 6  # values: fewer tell no gain from noise
AREA = re.compile(r"(?<!_pr)_(?:auc|auroc|roc|rocauc)_(?!pr_)")
HALF, UNRANKED, LEAST_OF_AREA = 0.5, 0.04, 10  # the area of guessing; an area no farther from it ranks nothing; evaluations
ENDS = 5  # points: of longer scores a tenth at each end


def share(score: Scalar) -> np.ndarray | None:
    """The finite values as shares of a full score, which is 1, or 100 where any lies above 1; None where they are no such score."""
    values = score.finite().values
    if not len(values) or values.min() < 0 or values.max() > 100:
        return None
    return values / 100 if values.max() > 1 else values


def errors_gone(score: Scalar, since: float = -np.inf) -> float | None:
    """The share of the errors there were at the step `since` (or at first) that were gone at the end; negative where there came more."""
    parts = share(score.finite())
    if parts is None or len(parts) < 2:
        return None
    steps, wide = score.finite().steps, max(1, min(ENDS, len(parts) // 10))
    first = int(np.abs(steps - max(since, float(steps[0]))).argmin())
    then, end = float(np.median(parts[first : first + wide])), float(np.median(parts[-wide:]))
    return (end - then) / (1 - then) if then < 1 else 0.0


def ended(score: Scalar) -> float:
    """The share of a full score there was at the end; 0 where it is no such score."""
    parts = share(score)
    return 0.0 if parts is None else float(np.median(parts[-max(1, len(parts) // 10) :]))


def grew(score: Scalar) -> float:
    """How many times its first share of a full score it came to; 1 where it is no such score."""
    parts = share(score)
    return ended(score) / float(parts[0]) if parts is not None and len(parts) and parts[0] > 0 else 1.0


def nothing_gained(val_accuracy: Scalar | None) -> Iterator[Evidence]:
    """Validation accuracy ended where it began, within its noise."""
    if val_accuracy is None or len(a := val_accuracy.finite()) < 6:
        return
    gain, spread = float(np.median(a.values[-3:]) - np.median(a.values[:3])), noise_of(a.values)
    if gain <= 2 * spread and gain <= 0.2 * abs(a.values[0]):
        yield Evidence("val_accuracy", int(a.steps[0]), int(a.steps[-1]), "gain over the whole run", gain, 2 * spread)


def ranks_nothing(val_accuracy: Scalar | None) -> Iterator[Evidence]:
    """The area under the ROC curve stayed that of guessing, which is one half whatever the classes and their shares are."""
    if val_accuracy is None or not AREA.search(spelled(val_accuracy.tag)) or (parts := share(val_accuracy)) is None:
        return
    away = np.abs(parts - HALF)
    typical, first, last = float(np.median(away)), int(val_accuracy.steps[0]), int(val_accuracy.steps[-1])
    if len(parts) >= LEAST_OF_AREA and typical <= UNRANKED / 2 and max(np.quantile(away, 0.9), np.median(away[-3:])) <= UNRANKED:
        yield Evidence("val_accuracy", first, last, "how far its area mostly lay from that of guessing", typical, UNRANKED / 2)


def gain_since(score: Scalar | None, step: int) -> float | None:
    """How much a score gained since a step, in its unit, 0 where that is within its noise; None of too few values."""
    if score is None or len(score.finite()) < LEAST:
        return None
    s = smooth(score)
    then = s.values[int(np.abs(s.steps - step).argmin())]
    gain = float(np.median(s.values[-max(1, len(s) // 10) :]) - then)
    return gain if abs(gain) > noise_of(score.finite().values) else 0.0
