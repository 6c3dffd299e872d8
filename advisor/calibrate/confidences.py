"""How sure a finding may be: Platt's logistic curve from what its rule says to how often such findings were right, one a problem."""

from collections.abc import Iterable
from typing import Any

import numpy as np
from sklearn.linear_model import LogisticRegression

from advisor.calibrate.judged import Claim, Judged

IMAGINED = 10  # findings right as often as their rule says: they stand for the rule where the corpus has few
LEVELS = np.array([0.6, 0.7, 0.8, 0.9, 0.97])


def fitted(items: Iterable[Judged]) -> dict[str, dict[str, Any]]:
    """For each problem found in a run of known health: shift and slope of the log odds, and how often it was found and right."""
    by_problem: dict[str, list[Claim]] = {}
    for item in items:
        if item.labelled.fault:
            for s in item.claims:
                by_problem.setdefault(s.problem, []).append(s)
    return {problem: curve(said) for problem, said in sorted(by_problem.items())}


def curve(said: list[Claim]) -> dict[str, Any]:
    """Shift and slope of one problem's curve, in natural log odds, and how many findings it rests on and how many of them were right.

    The slope is never negative; it is 0 where findings of less certainty were right more often.

    References
    ----------
    Platt, Probabilistic Outputs for Support Vector Machines and Comparisons to Regularized Likelihood Methods (1999).
    """
    odds = np.array([logit(s.raw) for s in said])
    right = np.array([s.right for s in said])
    x = np.concatenate([odds, logit(LEVELS), logit(LEVELS)])[:, None]
    y = np.concatenate([right, np.ones(len(LEVELS)), np.zeros(len(LEVELS))])
    imagined = IMAGINED / len(LEVELS)
    share = np.concatenate([np.ones(len(odds)), imagined * LEVELS, imagined * (1 - LEVELS)])
    model = LogisticRegression(C=1e3).fit(x, y, sample_weight=share)
    slope, shift = float(model.coef_[0, 0]), float(model.intercept_[0])
    if slope < 0:  # what the rule says of its certainty tells nothing: only how often it is right
        slope, shift = 0.0, float(logit(share @ y / share.sum()))
    return dict(shift=round(shift, 2), slope=round(slope, 2), findings=len(said), right=int(right.sum()))


def logit(p):
    """The natural log odds of probabilities, in their shape; what lies beyond 0.01 or 0.99 counts as these."""
    p = np.clip(p, 0.01, 0.99)
    return np.log(p / (1 - p))
