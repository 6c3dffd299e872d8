"""What was said of runs that are known, each claim with the source it comes from: what confidences and probabilities are fitted to."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from advisor.calibrate.judged import Judged
from advisor.calibrate.labelled import HEALTHY


@dataclass(frozen=True)
class Vote:
    """A claim that was right or wrong.

    `source` is who logged the run, or what it learned: claims of one source are right or wrong together. `problem` is what was claimed to
    be wrong, or empty where the claim is of a first cause; `raw` is how sure the rules were before calibration. `fresh` tells that no rule
    was made with its source in view.
    """

    source: str
    problem: str
    raw: float
    right: bool
    fresh: bool = False


@dataclass(frozen=True)
class Tally:
    """Of how many sources a claim was heard, and what their shares of right ones add up to."""

    right: float = 0.0
    sources: int = 0

    def share(self, usual: float, imagined: float) -> float:
        """The share of right ones where this many sources more, of the usual share, had been heard: a Beta distribution's mean."""
        return (self.right + imagined * usual) / (self.sources + imagined)


def of_findings(items: Iterable[Judged]) -> list[Vote]:
    """Errors and warnings on runs of known health."""
    return [Vote(i.labelled.task, s.problem, s.raw, s.right) for i in items if i.labelled.fault for s in i.claims]


def of_first_causes(items: Iterable[Judged]) -> list[Vote]:
    """The first causes of findings that are right, in runs of a known fault."""
    return [
        Vote(i.labelled.task, "", s.causes[0][1], s.causes[0][0] == i.labelled.fault)
        for i in items
        if i.labelled.fault not in ("", HEALTHY)
        for s in i.claims
        if s.causes and s.right
    ]


def tally(votes: Iterable[Vote]) -> Tally:
    """Every source one vote, and within it every problem one: neither many runs of one kind nor one loud source drown the others."""
    heard: dict[str, dict[str, list[bool]]] = {}
    for vote in votes:
        heard.setdefault(vote.source, {}).setdefault(vote.problem, []).append(vote.right)
    return Tally(sum(float(np.mean([np.mean(right) for right in of.values()])) for of in heard.values()), len(heard))


def by_problem(votes: Iterable[Vote]) -> dict[str, list[Vote]]:
    """The votes on each problem that has any."""
    found: dict[str, list[Vote]] = {}
    for vote in votes:
        found.setdefault(vote.problem, []).append(vote)
    return found


def shares(votes: Sequence[Vote]) -> np.ndarray:
    """What each vote counts, shape (votes,): those of one source count 1 together."""
    many: dict[str, int] = {}
    for vote in votes:
        many[vote.source] = many.get(vote.source, 0) + 1
    return np.array([1 / many[vote.source] for vote in votes])
