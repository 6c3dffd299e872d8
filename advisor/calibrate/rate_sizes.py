"""The numbers by which a learning-rate change is sized (advisor/evidence/learning_rate_change.py): those that would have mended most runs.

A rate is good where a run at it makes nine tenths of the best progress. A spread of `BLUR` decades around the rate the model names should
lie on good rates: that is maximized over all runs that were too fast or too slow, and held near the numbers set by hand.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.optimize import minimize

from advisor.calibrate.labelled import HIGH, LOW, MUCH, Labelled
from advisor.evidence import learning_rate_change

BLUR = 0.35
HOLD = 0.02
AXIS = np.linspace(-9, 4, 521)  # decades of the rate
NAMES = [name for name in learning_rate_change.BY_HAND if name not in ("low", "high")]
COVERED = 0.8  # of the runs have a good rate within the interval


@dataclass(frozen=True, eq=False)
class Miss:
    """A run whose rate was wrong: what the model may know of it, where it was (in decades), and which rates are good.

    `good` and `hit` have the shape of AXIS, (521,): whether a rate is good, and the natural logarithm of the share of good ones near it.
    """

    task: str
    settings_alike: tuple[str, str]
    facts: dict[str, Any]
    rate: float
    good: np.ndarray
    hit: np.ndarray


def misses(known: Sequence[Labelled]) -> list[Miss]:
    """The runs of sweeps that are labelled as too fast or too slow and logged a training loss."""
    found = []
    for item in known:
        if item.sweep is not None and item.fault in (HIGH, LOW) and item.run.signal("train_loss") is not None:
            good = np.interp(AXIS, np.log10(item.sweep.rates), item.sweep.progress, left=-1, right=-1) >= MUCH
            near = np.exp(-(((AXIS[None] - AXIS[:, None]) / BLUR) ** 2) / 2)
            hit = (near * good).sum(axis=1) / near.sum(axis=1)
            facts = learning_rate_change.run_facts(item.run, -1 if item.fault == HIGH else +1)
            found.append(Miss(item.task, (item.family, item.label), facts, float(np.log10(item.lr)), good, np.log(0.02 + hit)))
    return found


def by_name(miss: Miss, terms: dict[str, float]) -> float:
    """The rate, in decades, that the model names."""
    found = learning_rate_change.target(miss.facts, terms)
    return found + miss.rate if miss.facts["rate"] is None else found


def fitted(known: Sequence[Miss]) -> dict[str, float]:
    """The numbers of the model, and the interval that covers most of what was missed."""
    alike = Counter(m.settings_alike for m in known)
    share = np.array([1 / np.sqrt(alike[m.settings_alike]) for m in known])
    share /= share.sum()
    start = np.array([learning_rate_change.BY_HAND[name] for name in NAMES])
    spread = np.array([learning_rate_change.SPREAD[name] for name in NAMES])

    def regret(values):
        terms = dict(zip(NAMES, values, strict=True))
        hits = [np.interp(by_name(m, terms), AXIS, m.hit) for m in known]
        return -(share @ np.array(hits)) + HOLD * (((values - start) / spread) ** 2).sum()

    found = minimize(regret, start, method="Powell", options=dict(maxiter=6, xtol=0.02, ftol=1e-3))
    return {name: round(float(value), 2) for name, value in zip(NAMES, found.x, strict=True)}


def interval(known: Sequence[Miss], found: Sequence[dict[str, float]]) -> dict[str, float]:
    """How far below and above the named rate a good one lay, of `COVERED` of the runs; `found` was fitted without each one's task."""
    away = np.array([distance(m, terms) for m, terms in zip(known, found, strict=True)])
    low, high = np.quantile(away, [(1 - COVERED) / 2, (1 + COVERED) / 2])
    return dict(low=round(max(0.3, -float(low)), 2), high=round(max(0.3, float(high)), 2))


def distance(miss: Miss, terms: dict[str, float]) -> float:
    """Decades from the named rate to the nearest good one; 0 where it is good."""
    at = int(np.abs(AXIS - by_name(miss, terms)).argmin())
    good = AXIS[miss.good] - AXIS[at]
    return float(good[np.abs(good).argmin()]) if len(good) else 0.0
