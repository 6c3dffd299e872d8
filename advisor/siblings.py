"""The other runs of one search: in the same parent folder, of the same training signal, at other learning rates or seeds."""

from collections.abc import Iterable, Mapping, Sequence
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
ALIKE = 2.0  # times: untrained losses within this are of one task, and a run this much longer is another training
WEIGHT = 12.0  # decibans: a rate that was tried beats every inference


@dataclass(frozen=True)
class Sibling:
    """What a run tells the others of its search, small enough to hold by the thousand.

    `search` is what siblings have in common: the parent folder, the tag of the training loss, the optimizer and the batch size. `first` is
    the size of the loss before training, `span` the steps it was logged over, `lived` whether it ended finite, `fell` by how much it fell.
    """

    search: tuple
    name: str
    rate: float
    first: float
    span: float
    lived: bool
    fell: float
    end: float


@dataclass(frozen=True)
class Better:
    """The sibling that learned most: its name, its rate, the loss it ended at, and the rates of those that did about as well."""

    name: str
    rate: float
    end: float
    interval: tuple[float, float]


def acquaint(runs: Iterable[Run]) -> None:
    """Give every run the best of its siblings, as the signal of that name."""
    runs = list(runs)
    introduce(runs, better([introduced(run) for run in runs]))


def introduce(runs: Iterable[Run], best: Iterable[Better | None]) -> None:
    """Give each run the sibling found for it."""
    for run, found in zip(runs, best, strict=False):
        run.signals.pop("siblings", None)
        if found is not None:
            run.signals["siblings"] = found


def introduced(run: Run) -> Sibling | None:
    """What the run tells its siblings, None where that is nothing."""
    loss, hparams = run.signal("train_loss"), run.signal("hparams")
    rate = peak_lr(run.signal("lr"), hparams)
    if loss is None or rate is None or not len(finite := loss.finite()):
        return None
    lived = bool(np.isfinite(loss.values[-1]))
    judged = shape(loss) if lived and len(finite) >= ENOUGH else None
    fell, end = (judged.start.value - judged.end.value, judged.end.value) if judged else (-np.inf, np.nan)
    search = run.path.parent, loss.tag, optimizer_of(hparams), number(hparams, "batch_size")
    return Sibling(search, run.name, rate, abs(float(finite.values[0])), float(np.ptp(loss.steps)), lived, fell, end)


def better(runs: Sequence[Sibling | None]) -> list[Better | None]:
    """For each run the sibling of another rate that learned most, None where none did much better than it."""
    searches: dict[tuple, list[int]] = {}
    for i, run in enumerate(runs):
        if run is not None:
            searches.setdefault(run.search, []).append(i)
    found: list[Better | None] = [None] * len(runs)
    for members in searches.values():
        search = [run for i in members if (run := runs[i])]
        table = np.array([(run.rate, run.first, run.span, run.fell) for run in search]).T
        for i, run in zip(members, search, strict=True):
            found[i] = _better(run, search, table)
    return found


def _better(run: Sibling, search: Sequence[Sibling], table: np.ndarray) -> Better | None:
    rates, first, span, fell = table
    another = np.maximum(rates / run.rate, run.rate / rates) > OTHER_RATE
    alike = np.maximum(first, run.first) <= ALIKE * np.minimum(first, run.first)
    able = another & alike & ~(run.lived & (span > ALIKE * run.span))
    best = int(np.where(able, fell, -np.inf).argmax())
    if not able[best] or fell[best] <= 0 or fell[best] < MORE * run.fell:
        return None
    as_good = rates[able & (fell >= AS_GOOD * fell[best])]
    return Better(search[best].name, search[best].rate, search[best].end, (float(as_good.min()), float(as_good.max())))


def evidence(train_loss: Scalar, lr: Scalar | None, hparams: Mapping[str, Any] | None, siblings: Better | None, sign: int):
    """Evidence that the rate is too high (`sign` +1) or too low (-1), from the best sibling."""
    if siblings is not None:
        towards = 1 if siblings.rate < (peak_lr(lr, hparams) or 0) else -1
        fact = f"sibling {siblings.name}, at a learning rate of {siblings.rate:g}, ended at"
        yield Evidence("siblings", int(train_loss.steps[0]), int(train_loss.steps[-1]), fact, siblings.end, None, WEIGHT * towards * sign)
