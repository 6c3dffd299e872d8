"""How probable a first cause may be said to be: two ways to learn it, the simplest first."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

import numpy as np
from scipy.optimize import minimize

from advisor.calibrate.confidences import lost
from advisor.calibrate.judged import Claim, Judged
from advisor.calibrate.odds import Line, logit
from advisor.calibrate.votes import Vote, shares
from advisor.evidence import weights

LEAST = 20  # first causes: of fewer no curve is drawn
HELD = np.array([0.3, 0.3])  # 1 / variance of shift and slope, in natural log odds: they are held near no change

FLATTEST = 0.05  # slope: what is likelier by its evidence is never said to be less likely


def as_weighed(votes: Sequence[Vote]) -> Line:
    """As probable as the evidence makes it."""
    return Line()


def a_curve(votes: Sequence[Vote]) -> Line:
    """Platt's logistic curve, held near no change; no change where there are few votes."""
    if len(votes) < LEAST:
        return Line()
    known = np.column_stack([np.ones(len(votes)), logit(np.array([v.raw for v in votes]))])
    right, start = np.array([v.right for v in votes], float), np.array([0.0, 1.0])
    arguments = (known, right, shares(votes), HELD, start)
    shift, slope = minimize(lost, start, arguments, "L-BFGS-B", jac=True, bounds=[(None, None), (FLATTEST, None)]).x.tolist()
    return Line(round(shift, 2), round(slope, 2))


WAYS: dict[str, Callable[[Sequence[Vote]], Line]] = {"as weighed": as_weighed, "a curve": a_curve}


def table(line: Line) -> dict[str, float]:
    """As the table of weights wants it."""
    return dict(shift=line.shift, slope=line.slope)


def recalibrated(items: Iterable[Judged], curve: Line) -> list[Judged]:
    """The same, with the probabilities that this curve makes of theirs."""
    with weights.using({"probability": table(curve)}):
        return [replace(item, claims=tuple(map(scaled, item.claims))) for item in items]


def scaled(said: Claim) -> Claim:
    """The claim with its causes' probabilities times one number: the first is what the curve in use makes of it, their sum at most 1."""
    if not said.causes:
        return said
    first = said.causes[0][1]
    scale = min(weights.probability(first) / first, 1 / sum(p for _, p in said.causes))
    return replace(said, causes=tuple((cause, p * scale) for cause, p in said.causes))
