"""The other runs of one search: in the same parent folder, of the same training signal, at other learning rates or seeds."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from advisor.finding import Evidence
from advisor.hparams import number, optimizer_of
from advisor.rates import peak_lr
from advisor.run import Run
from advisor.scalar import Scalar
from advisor.stats import ENOUGH, shape

OTHER_RATE = 1.2  # times: rates nearer than this are one rate
MORE = 1.25  # times this run's own fall: what a sibling must reach to be evidence
AS_GOOD = 0.9  # of the best fall: siblings that reach it span the interval
SIGMAS = 2.0  # standard deviations between seeds: within these a difference of rates cannot be told from chance
ALIKE = 2.0  # times
WEIGHT = 12.0  # decibans: a rate that was tried beats every inference


@dataclass(frozen=True)
class Better:
    """The sibling that learned most: its name, its rate, the loss it ended at, and the rates of those that did about as well."""

    name: str
    rate: float
    end: float
    interval: tuple[float, float]
    now: float

    @property
    def lower(self) -> bool:
        return self.rate < self.now

    @property
    def why(self) -> str:
        return f"at this rate {self.name} ended at {self.end:.3g}"


def acquaint(runs: Iterable[Run]) -> None:
    """Give every run its siblings, as the signal of that name."""
    families = defaultdict(list)
    for run in runs:
        if (loss := run.signal("train_loss")) is not None:
            families[run.path.parent, loss.tag].append(run)
    for family in families.values():
        for run in family:
            if others := tuple(r for r in family if r is not run):
                run.signals["siblings"] = others


def better(train_loss: Scalar, lr: Scalar | None, hparams: Mapping[str, Any] | None, siblings: tuple[Run, ...] | None) -> Better | None:
    """The sibling of another rate that learned most, None where none did much better than this run."""
    rate = peak_lr(lr, hparams)
    if rate is None:
        return None
    others = comparable(train_loss, hparams, siblings)
    start = untrained([train_loss, *(run.signal("train_loss") for run in others)])
    mine, found = fell(train_loss, start), by_rate(others, start)
    elsewhere = {other: tried for other, tried in found.items() if max(other / rate, rate / other) > OTHER_RATE}
    typical = {other: float(np.median([fall for fall, _ in tried])) for other, tried in elsewhere.items()}
    best = max(typical, key=lambda other: typical[other], default=0.0)
    if not best or typical[best] <= 0 or typical[best] < max(MORE * mine, mine + SIGMAS * spread(found)):
        return None
    as_good = [other for other, fall in typical.items() if fall >= AS_GOOD * typical[best]]
    run = max(elsewhere[best], key=lambda tried: tried[0])[1]
    return Better(run.name, best, shape(run.signal("train_loss")).end.value, (min(as_good), max(as_good)), rate)


def untrained(losses: Iterable[Scalar]) -> float:
    """The lowest first loss of runs of one task: higher ones were already lost when the first point was logged."""
    return min((float(loss.finite().values[0]) for loss in losses if len(loss.finite())), default=np.inf)


def by_rate(runs: Iterable[Run], start: float) -> dict[float, list[tuple[float, Run]]]:
    """Learning rate to the runs at it, seeds of one setting, each with how far its loss fell."""
    found: dict[float, list[tuple[float, Run]]] = defaultdict(list)
    for run in runs:
        if rate := peak_lr(run.signal("lr"), run.signal("hparams")):
            found[float(f"{rate:.3g}")].append((fell(run.signal("train_loss"), start), run))
    return found


def spread(found: Mapping[float, list[tuple[float, Run]]]) -> float:
    """The standard deviation of the fall between seeds of one rate, in the median over rates; 0 where no rate has two that ended well."""
    seeds = [np.array([fall for fall, _ in tried if np.isfinite(fall)]) for tried in found.values()]
    return float(np.median([s.std(ddof=1) for s in seeds if len(s) > 1] or [0.0]))


def comparable(train_loss, hparams, siblings):
    """Siblings of the same optimizer and batch size whose loss began alike and was not trained much longer: the same task."""
    mine = optimizer_of(hparams), number(hparams, "batch_size")
    same = [r for r in siblings or () if (optimizer_of(r.signal("hparams")), number(r.signal("hparams"), "batch_size")) == mine]
    return [r for r in same if alike(train_loss, r.signal("train_loss"))]


def alike(mine: Scalar, other: Scalar) -> bool:
    """Whether two losses can be of one task: untrained they are within a factor of ALIKE, and a run that lived has as many steps.

    A loss that was lost before its first point can be compared with nothing: there the settings and the folder must do.
    """
    if not len(mine.finite()) or not len(other.finite()):
        return bool(len(other.finite()))
    first, its = abs(mine.finite().values[0]), abs(other.finite().values[0])
    lived = np.isfinite(mine.values[-1])
    longer = np.ptp(other.steps) > ALIKE * np.ptp(mine.steps)
    return bool(max(first, its) <= ALIKE * min(first, its)) and not (lived and longer)


def fell(train_loss: Scalar, start: float) -> float:
    """How far below `start` the loss ended, in its own units; minus infinity where it ended as NaN or is too short to tell."""
    if len(train_loss.finite()) < ENOUGH or not np.isfinite(train_loss.values[-1]):
        return -np.inf
    return start - shape(train_loss).end.value


def evidence(train_loss, lr, hparams, siblings, sign: int):
    """Evidence that the rate is too high (`sign` +1) or too low (-1), from the best sibling."""
    if (found := better(train_loss, lr, hparams, siblings)) is not None:
        towards = 1 if found.rate < (peak_lr(lr, hparams) or 0) else -1
        fact = f"sibling {found.name}, at a learning rate of {found.rate:g}, ended at"
        yield Evidence(
            "siblings",
            int(train_loss.steps[0]),
            int(train_loss.steps[-1]),
            fact,
            found.end,
            None,
            WEIGHT * towards * sign,
            kind="a better sibling",
        )
