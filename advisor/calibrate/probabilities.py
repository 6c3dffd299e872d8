"""How probable a first cause may be said to be: Platt's logistic curve from what its evidence makes it to how often it was so."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np
from sklearn.linear_model import LogisticRegression

from advisor.calibrate.confidences import logit
from advisor.calibrate.judged import Claim, Judged, first_causes
from advisor.evidence import weights

LEAST = 20  # first causes: of fewer no curve is drawn


def fitted(items: Iterable[Judged]) -> dict[str, float]:
    """Shift and slope of the log odds; no change where there are too few, or where none or all were right."""
    known = first_causes(items)
    right = np.array([true for _, true in known])
    if len(known) < LEAST or right.all() or not right.any():
        return dict(shift=0.0, slope=1.0)
    model = LogisticRegression(C=1e3).fit(logit(np.array([p for p, _ in known]))[:, None], right)
    return dict(shift=round(float(model.intercept_[0]), 2), slope=round(max(float(model.coef_[0, 0]), 0.05), 2))


def recalibrated(items: Sequence[Judged], curve: dict[str, float]) -> list[Judged]:
    """The same, with the probabilities that this curve makes of theirs."""
    with weights.using({"probability": curve}):
        return [replace(item, claims=tuple(map(scaled, item.claims))) for item in items]


def scaled(said: Claim) -> Claim:
    """The claim with its causes' probabilities times one number: the first is what the curve in use makes of it, their sum at most 1."""
    if not said.causes:
        return said
    first = said.causes[0][1]
    scale = min(weights.probability(first) / first, 1 / sum(p for _, p in said.causes))
    return replace(said, causes=tuple((cause, p * scale) for cause, p in said.causes))
