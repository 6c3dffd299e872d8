"""The other runs of one search: in the same parent folder, of the same training signal, at other learning rates or seeds."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from advisor.errors import AdvisorError
from advisor.evidence.rates.sibling import Sibling, sibling_of
from advisor.faults import Fault, contained
from advisor.finding import Evidence
from advisor.run import Run
from advisor.scalar import Scalar
from advisor.statistics.noise import medians

OTHER_RATE = 1.2  # times: rates nearer than this are one rate
MORE = 1.25  # times this run's own fall: what a sibling must reach to be evidence
BEYOND = 3.0  # times: how far past the last rate that was tried one may look, where that was the best
LEARNED = 0.5  # of its untrained loss: a sibling that lost as much has a rate that works
AS_GOOD = 0.9  # of the best fall: siblings that reach it span the interval
SIGMAS = 2.0  # standard deviations between seeds: within these a difference of rates cannot be told from chance
ALIKE = 2.0  # times: untrained losses within this are of one task, and a run this much longer is another training
WEIGHT = 12.0  # decibans: a rate that was tried beats every inference


@dataclass(frozen=True)
class BetterSibling:
    """The sibling that learned most: its name, its rate, the loss it ended at, and the rates of those that did about as well.

    `edge` tells that no rate further from this run's was tried: then a better one may lie beyond, and the interval reaches there. `share`
    is this run's fall over the sibling's, minus infinity where it ended as no number, and `lost` the sibling's as a share of its start.
    """

    name: str
    rate: float
    end: float
    interval: tuple[float, float]
    now: float
    edge: bool = False
    share: float = 1.0
    lost: float = 1.0

    @property
    def far_off(self) -> bool:
        """Whether it is rather on the way to a rate that works than at one: the last that was tried, at which little was learned."""
        return self.edge and self.lost < LEARNED

    @property
    def lower(self) -> bool:
        """Whether its rate is below this run's."""
        return self.rate < self.now

    @property
    def why(self) -> str:
        """The reason that a change to its rate gives: its name, and the loss it ended at."""
        side = "lower" if self.lower else "higher"
        return f"at this rate {self.name} ended at {self.end:.3g}" + f"; no {side} one was tried, so try beyond it too" * self.edge

    @property
    def why_further(self) -> str:
        """The reason to go on beyond its rate."""
        side = "lower" if self.lower else "higher"
        return f"at {self.rate:g} sibling {self.name} ended at {self.end:.3g}, and no {side} rate was tried"


def attach_siblings(runs: Iterable[Run]) -> None:
    """Give every run the best of its siblings, as the signal of that name."""
    runs = list(runs)
    attach(runs, best_siblings([record(run) for run in runs]))


def attach(runs: Iterable[Run], best: Iterable[BetterSibling | Fault | None]) -> None:
    """Give each run the sibling found for it, in place of any that it had, or the fault that hides it."""
    for run, found in zip(runs, best, strict=False):
        with contained("siblings", but=(AdvisorError,)):  # a run whose signals cannot be told is told so when it is judged
            run.signals.pop("siblings", None)
            run.faulty.pop("siblings", None)
            if isinstance(found, Fault):
                run.faulty["siblings"] = found
            elif found is not None:
                run.signals["siblings"] = found


def record(run: Run) -> Sibling | Fault | None:
    """What the run tells its siblings; None where that is nothing."""
    with contained("siblings", but=(AdvisorError,)) as outcome:
        return sibling_of(run)
    return outcome.fault


def best_siblings(runs: Sequence[Sibling | Fault | None]) -> list[BetterSibling | Fault | None]:
    """For each run the sibling of another rate that learned most, None where none did much better than it."""
    searches: dict[tuple, list[int]] = {}
    for i, run in enumerate(runs):
        if isinstance(run, Sibling):
            searches.setdefault(run.search, []).append(i)
    found: list[BetterSibling | Fault | None] = [run if isinstance(run, Fault) else None for run in runs]
    for members in searches.values():
        with contained("siblings") as outcome:
            search = Search([run for i in members if isinstance(run := runs[i], Sibling)])
            for at, i in enumerate(members):
                found[i] = search.better(at)
        for i in members if outcome.fault else ():
            found[i] = outcome.fault
    return found


class Search:
    """The runs of one search, as columns."""

    def __init__(self, runs: Sequence[Sibling]) -> None:
        self.runs = runs
        self.first, self.span, self.end = (np.array([getattr(run, name) for run in runs]) for name in ("first", "span", "end"))
        self.rates, self.setting = np.unique([float(f"{run.rate:.3g}") for run in runs], return_inverse=True)
        self.order = np.argsort(self.setting, kind="stable")

    def better(self, at: int) -> BetterSibling | None:
        """The best sibling of the run of this number: seeds of one rate count as the median of them."""
        run = self.runs[at]
        others = self.order[self.comparable(at)[self.order]]
        start = self.untrained(at, others)
        fell = np.where(np.isfinite(self.end[others]), start - self.end[others], -np.inf)  # from where the task starts untrained
        mine = start - run.end if np.isfinite(run.end) else -np.inf
        begins = np.flatnonzero(np.diff(self.setting[others], prepend=-1))
        sizes = np.diff(begins, append=len(others))
        group = np.repeat(np.arange(len(begins)), sizes)
        rates, typical = self.rates[self.setting[others[begins]]], medians(fell, group, begins, sizes)
        typical[np.maximum(rates / run.rate, run.rate / rates) <= OTHER_RATE] = -np.inf
        best = int(typical.argmax()) if len(typical) else 0
        if not len(typical) or typical[best] <= 0 or typical[best] < max(MORE * mine, mine + SIGMAS * spread(fell, group)):
            return None
        best = self.furthest(best, typical, np.maximum.reduceat(fell, begins), rates < run.rate)
        as_good = rates[typical >= AS_GOOD * typical[best]]
        winner = self.runs[others[group == best][fell[group == best].argmax()]]
        low, high = float(as_good.min()), float(as_good.max())
        rate, lower = float(rates[best]), bool(rates[best] < run.rate)
        edge = bool(rate == (self.rates.min() if lower else self.rates.max()))
        low, high = (low / BEYOND if edge and lower else low), (high * BEYOND if edge and not lower else high)
        interval, share = (float(f"{low:.3g}"), float(f"{high:.3g}")), float(mine / typical[best])
        return BetterSibling(winner.name, rate, winner.end, interval, run.rate, edge, share, float(typical[best] / abs(start)))

    @staticmethod
    def furthest(best: int, typical: np.ndarray, most: np.ndarray, lower: np.ndarray) -> int:
        """The best rate by the medians of its seeds, or the one that is as good and had a seed that came so far as none at the best did.

        `typical` and `most`, what the median and the luckiest seed of each rate lost, and `lower`, its side of this run's, have shape (n,).
        """
        likely = (typical >= AS_GOOD * typical[best]) & (lower == lower[best])
        top = int(np.where(likely, most, -np.inf).argmax())
        return top if most[top] >= MORE * most[best] else best

    def untrained(self, at: int, others: np.ndarray) -> float:
        """The loss of the task before it is trained: of means of epochs that of the lowest rate, which has trained least in its first."""
        if not len(others):
            return float("nan")
        if not self.runs[at].means:
            return float(np.nanmin([self.runs[at].first, *self.first[others]]))
        all_of = np.array([at, *others])
        known = all_of[np.isfinite(self.first[all_of])]
        return float(self.first[known[self.setting[known].argmin()]])

    def comparable(self, at: int) -> np.ndarray:
        """Whether each other loss can be of this task, shape (n,): untrained within a factor of ALIKE, and where it lived of as many steps.

        A loss that was lost before its first point can be compared with nothing: there the settings and the folder must do; and so
        must they, with the number of steps, where the first point is no untrained loss.
        """
        run, known = self.runs[at], np.isfinite(self.first)
        known[at] = False
        if run.means:
            return known & (self.span == run.span)
        if not np.isfinite(run.first):
            return known
        first, its = abs(run.first), np.abs(self.first)
        return known & (np.maximum(first, its) <= ALIKE * np.minimum(first, its)) & ~(run.lived & (self.span > ALIKE * run.span))


def spread(fell: np.ndarray, group: np.ndarray) -> float:
    """The standard deviation of the fall between seeds of one rate, in the median over rates; 0 where no rate has two that ended well.

    `fell`, in units of the loss and minus infinity of a run that did not live, and `group`, the number of its rate, have shape (n,).
    """
    fell, group = fell[np.isfinite(fell)], group[np.isfinite(fell)]
    count = np.bincount(group)
    several = count > 1
    if not several.any():
        return 0.0
    mean = np.bincount(group, fell) / np.maximum(count, 1)
    squares = np.bincount(group, (fell - mean[group]) ** 2)
    return float(np.median(np.sqrt(squares[several] / (count[several] - 1))))


def evidence(train_loss: Scalar, lr: Scalar | None, hparams: Mapping[str, Any] | None, siblings: BetterSibling | None, sign: int):
    """Evidence that the rate is too high (`sign` +1) or too low (-1), from the best sibling."""
    if siblings is not None:
        weight = WEIGHT * sign * (1 if siblings.lower else -1)
        fact = f"sibling {siblings.name}, at a learning rate of {siblings.rate:g}, ended at"
        first, last = int(train_loss.steps[0]), int(train_loss.steps[-1])
        yield Evidence("siblings", first, last, fact, siblings.end, None, weight, kind="a better sibling")
