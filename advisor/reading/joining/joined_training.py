"""One training, put together from its sessions: a later session replaces what it logs anew."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

from advisor.reading.joining.continuation import counts_anew, relation, span
from advisor.reading.log import Log
from advisor.scalar import FARTHEST, Histogram, Line, Scalar
from advisor.statistics.noise import typical_spacing
from advisor.wording import first_few

TOLD = 3  # restarts told one by one
WRITER = re.compile(r"tfevents\.\d+\.(.+\.\d+)\.\d+(?:\.v2|\.probe)?$")
Curve = TypeVar("Curve", Scalar, Histogram)


@dataclass
class JoinedTraining:
    """What the sessions of one training logged so far.

    `formats` has the format each tag was read from, `restarts` a sentence for each session that replaced points, `others` one for all else;
    `went_on` is how many sessions went on where it had ended, `resumed` are the steps at which later sessions began, `paths` are its files,
    `writers` the hosts and processes that wrote them.
    """

    scalars: dict[str, Scalar] = field(default_factory=dict)
    histograms: dict[str, Histogram] = field(default_factory=dict)
    hparams: dict[str, Any] = field(default_factory=dict)
    lines: list[Line] = field(default_factory=list)
    formats: dict[str, str] = field(default_factory=dict)
    restarts: list[str] = field(default_factory=list)
    others: list[str] = field(default_factory=list)
    went_on: int = 0
    resumed: list[int] = field(default_factory=list)
    paths: set[Path] = field(default_factory=set)
    writers: set[str] = field(default_factory=set)

    def add(self, log: Log) -> bool:
        """Take in the next session; False if it belongs to another training."""
        found = relation(self.scalars, log, log.path in self.paths)
        if found == "another":
            return False
        if found in ("copy", "false start"):
            log = self._leave_out(log, found)
        elif found == "on":
            log = self._counted_on(log)
            self._rewind(log)
        elif found == "evaluation":
            self._rewind(log, everything=False)
        for tag, curve in log.scalars.items():
            self.scalars[tag] = self.scalars[tag].then(curve) if tag in self.scalars else replace(curve, order=None)
        for tag, histogram in log.histograms.items():
            self.histograms[tag] = self.histograms[tag].then(histogram) if tag in self.histograms else histogram
        self.formats |= dict.fromkeys((*log.scalars, *log.histograms), log.format)
        self.hparams |= log.hparams
        self.lines += log.lines
        self.paths.add(log.path)
        self.writers |= {writer} if (writer := writer_of(log)) else set()
        return True

    @property
    def notes(self) -> list[str]:
        """What was joined, replaced or left out, one sentence each."""
        joined = f"{self.went_on + 1} sessions that follow one another were read as one run"
        more = len(self.restarts) - TOLD
        rest = f"{more} more sessions began again at an earlier step and replaced what had been logged after it"
        return [*[joined] * bool(self.went_on), *self.restarts[:TOLD], *[rest] * (more > 0), *self.others]

    def _leave_out(self, log: Log, found: str) -> Log:
        """The session without the curves of it that are known already; of copies the one with more points stays."""
        known = {tag: curve for tag, curve in log.scalars.items() if tag in self.scalars}
        if found == "copy":
            self.scalars |= {tag: replace(curve, order=None) for tag, curve in known.items() if len(curve) > len(self.scalars[tag])}
            self.others.append(f"{log.path.name} holds the same curves again, as another rank or a copy does; each was read once")
        else:
            points, step = max(map(len, known.values())), min(int(curve.steps[0]) for curve in known.values())
            self.others.append(f"{log.path.name} began again at step {step} and ended after {points} points: a false start, left out")
        return replace(log, scalars={tag: curve for tag, curve in log.scalars.items() if tag not in known})

    def _counted_on(self, log: Log) -> Log:
        """The session, those of its curves that count from the start again put behind what was logged: as a whole it goes on."""
        moved = {tag: curve for tag, curve in log.scalars.items() if tag in self.scalars and counts_anew(self.scalars[tag], curve)}
        if log.purged_from is not None or not moved:
            return log
        self.others.append(f"{log.path.name} counts the steps of {first_few(moved, TOLD)} anew: they were put after those logged before")
        ends = {tag: min(int(self.scalars[tag].steps[-1]) + typical_spacing(curve.steps), FARTHEST) for tag, curve in moved.items()}
        shifted = {tag: replace(curve, steps=curve.steps - curve.steps[0] + ends[tag]) for tag, curve in moved.items()}
        return replace(log, scalars={**log.scalars, **shifted})

    def _rewind(self, log: Log, everything: bool = True) -> None:
        """Drop what the session logs anew: under each of its tags from its first step on, and `everything` logged after that moment."""
        purged = np.inf if log.purged_from is None else log.purged_from
        curves: list[Scalar | Histogram] = [*log.histograms.values(), *log.scalars.values()]
        began = {curve.tag: min(int(curve.steps[0]), purged) for curve in curves}
        main = max((curve for tag, curve in log.scalars.items() if tag in self.scalars), key=len, default=None)
        when = (np.inf, np.inf)
        if everything and main is not None:
            again = self.scalars[main.tag].between(began[main.tag])
            when = span([again])[0], span(log.scalars.values())[0]
            self.resumed.append(int(began[main.tag]))
        before = sum(map(len, self.scalars.values()))
        self.scalars = {tag: _until(curve, began.get(tag, purged), when) for tag, curve in self.scalars.items()}
        self.histograms = {tag: _until(curve, began.get(tag, purged), when) for tag, curve in self.histograms.items()}
        self.scalars = {tag: curve for tag, curve in self.scalars.items() if len(curve)}
        dropped = before - sum(map(len, self.scalars.values()))
        self.went_on += not dropped
        if dropped:
            step = log.purged_from if main is None or log.purged_from is not None else began[main.tag]
            self.restarts.append(
                f"{log.path.name} began again at step {step}: the {dropped} points logged before from there on were replaced"
            )


def _until(curve: Curve, step: float, when: tuple[float, float]) -> Curve:
    """The points before a step, but for those logged from one time until another."""
    kept = (curve.steps < step) & ~((curve.wall >= when[0]) & (curve.wall < when[1]))
    return curve if kept.all() else curve[kept]


def writer_of(log: Log) -> str:
    """Host and process of whoever wrote an event file, as its name tells; "" where it does not."""
    named = WRITER.search(log.path.name)
    return named[1] if named else ""


def with_more(settings: Mapping[str, Any], more: Mapping[str, Any]) -> dict[str, Any]:
    """The settings, and behind them what others add: of two names of one setting the first counts."""
    return {**settings, **{name: value for name, value in more.items() if name not in settings}}
