"""How well what is said agrees with what was so, of sources that were left out when it was learned."""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from advisor.calibrate.votes import Vote

TIE = 0.01  # natural units of log loss: ways that differ by less are as good as each other
HEARD = 20  # claims: fewer of fresh sources decide nothing
LEAST = 0.001  # nothing is said to be less likely, nor to be as near to certain
Pair = tuple[Vote, float]  # a claim, and how sure of it was said
Way = Callable[[Sequence[Vote]], Callable[[Vote], float]]  # from votes to how sure one may be of another


@dataclass(frozen=True)
class Score:
    """Means over sources, each of which has one vote: the log loss (natural) and Brier's score, what was said, and what was so."""

    log: float
    brier: float
    said: float
    so: float
    claims: int
    sources: int


def paired(votes: Sequence[Vote], way: Way) -> list[Pair]:
    """Every claim with what is said of it by those of the other sources alone."""
    found = []
    for source in dict.fromkeys(v.source for v in votes):
        sure = way([v for v in votes if v.source != source])
        found += [(v, sure(v)) for v in votes if v.source == source]
    return found


def score(pairs: Iterable[Pair]) -> Score:
    """How good these pairs are; there is at least one.

    References
    ----------
    Brier, Verification of Forecasts Expressed in Terms of Probability (1950).
    """
    by_source: dict[str, list[tuple[float, bool]]] = {}
    for vote, said in pairs:
        by_source.setdefault(vote.source, []).append((min(max(said, LEAST), 1 - LEAST), vote.right))
    each = [
        [
            np.mean([-math.log(p if right else 1 - p) for p, right in of]),
            np.mean([(p - right) ** 2 for p, right in of]),
            *np.mean(of, axis=0),
        ]
        for of in by_source.values()
    ]
    log, brier, said, so = np.mean(each, axis=0).tolist()
    return Score(log, brier, said, so, sum(map(len, by_source.values())), len(by_source))


def best(pairs: Mapping[str, Sequence[Pair]]) -> str:
    """The way whose log loss is least, of those as good as it the first; by fresh sources alone where enough was claimed of them."""
    losses = {name: score(new if len(new := fresh(of)) >= HEARD else of).log for name, of in pairs.items()}
    return next(name for name, loss in losses.items() if loss <= min(losses.values()) + TIE)


def fresh(pairs: Iterable[Pair]) -> list[Pair]:
    """Those of sources that no rule was made with in view."""
    return [(vote, said) for vote, said in pairs if vote.fresh]
