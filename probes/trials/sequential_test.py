"""A test of paired differences that stays right when it is looked at after every pair.

With n differences of mean m and sum of squares S, `√(r/(n+r)) · (S / (S - n²m²/(n+r)))^(n/2)` is an e-value: under the hypothesis that
their mean is zero it exceeds 1/α with a probability of at most α, whenever one stops. The interval holds the means that are not so refuted.

References
----------
    Ville, Étude critique de la notion de collectif (1939).
    Lindon, Ham, Tingley and Bojinov, Anytime-Valid Linear Models and Regression Adjusted Causal Inference (2022). arXiv:2210.08589
"""

import math

import numpy as np
from numpy.typing import ArrayLike

PRIOR = 0.1  # r: pairs that the prior around zero weighs as much as
LEVEL = 0.05


def e_value(differences: ArrayLike) -> float:
    """Against a mean of zero; 1 where nothing is known, infinite where all the differences are the same number and could not be by noise.

    Parameters
    ----------
    differences : array of shape (pairs,)
        One for each pair, in whatever unit.
    """
    found = np.asarray(differences, float)
    n, squares = len(found), float((found**2).sum())
    if not squares:
        return 1.0
    left = squares - found.sum() ** 2 / (n + PRIOR)
    return math.sqrt(PRIOR / (n + PRIOR)) * (squares / left) ** (n / 2)


def interval(differences: ArrayLike, level: float = LEVEL) -> tuple[float, float]:
    """Where the mean difference lies with a confidence of 1 - level, however often one looked; endless where the pairs are too few."""
    found = np.asarray(differences, float)
    n = len(found)
    share = PRIOR / (n + PRIOR)
    c = (level**-2 / share) ** (1 / n) if n else math.inf
    if c * share >= 1:
        return -math.inf, math.inf
    mean = float(found.mean())
    half = math.sqrt(float(((found - mean) ** 2).sum()) / n * (c - 1) / (1 - c * share))
    return mean - half, mean + half
