"""One run watched: its report as of the last look, and what changed in it since the look before, told as events."""

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from advisor.errors import AdvisorError
from advisor.faults import contained
from advisor.finding import Finding, Report
from advisor.judging.settings import DEFAULTS, Settings
from advisor.run import Run
from advisor.watching.unfinished_run import ENDED, judge_unfinished, silence_limit
from advisor.wording import duration


@dataclass(frozen=True)
class Event:
    """Something that changed.

    `kind` is "waiting", "watching", "began", "began-again", "appeared", "went-away", "verdict", "silent", "goes-on", "note", "gone" or
    "failed"; `message` a sentence without the run's name; `time` in seconds since the epoch.
    """

    kind: str
    message: str
    run: str = ""
    time: float = field(default_factory=lambda: time.time())
    step: int | None = None
    problem: str | None = None
    level: str | None = None


class WatchedRun:
    """One run.

    Attributes
    ----------
    report : Report
        What counts of it (advisor/watching/unfinished_run.py); `unsure` names the problems that do not count yet.
    since : float
        When something new came last, in seconds of the watch's clock.
    live : bool
        Whether it was written to since the watch began.
    silent, ended : bool
        Nothing new came for longer than is usual in this run, or for so long that it is judged as one that ended.
    """

    def __init__(self, run: Run, now: float, age: float = 0.0, live: bool = True, settings: Settings = DEFAULTS) -> None:
        self.since, self.live, self._settings = now - age, live, settings
        self.silent, self.ended = age > silence_limit(run), age > max(ENDED, silence_limit(run))
        self.report = Report(run, "cannot-tell")
        self.unsure: tuple[str, ...] = ()
        self._fault = ""
        self._faults: set[str] = set()
        self._extent = extent(run)
        self._notes: tuple[set[str], set[str]] = set(), set()  # of the last look, and told

    @property
    def run(self) -> Run:
        """The run as of the last report."""
        return self.report.run

    def update(self, run: Run, now: float) -> Iterator[Event]:
        """Take in the run as it is now."""
        before, self._extent = self._extent, extent(run)
        if self._extent != before or run.lines != self.run.lines:
            self.since, self.live = now, True
        if self._extent[1] < before[1]:
            yield self.event("began-again", f"began again: its last step was {before[1]}, and now is {self._extent[1]}")
        yield from self.judge(run)
        yield from self._new_notes()

    def tick(self, now: float) -> Iterator[Event]:
        """Tell that nothing new comes, or that it goes on; judge a run that ended as one that ended."""
        age = now - self.since
        was, self.silent = (self.silent, self.ended), age > silence_limit(self.run)
        self.ended = age > max(ENDED, silence_limit(self.run))
        if self.silent and not was[0]:
            yield self.event("silent", f"nothing new for {duration(age)}: is it still training?")
        elif was[0] and not self.silent:
            yield self.event("goes-on", "goes on")
        if self.ended != was[1]:
            yield from self.judge(self.run)

    def judge(self, run: Run) -> Iterator[Event]:
        """Judge the run; a rule that fails on it must not stop the watch."""
        verdict, held = self.report.verdict, findings(self.report)
        before, self._fault = self._fault, ""
        try:
            with contained("watch", but=(AdvisorError,)) as outcome:
                self.report, self.unsure = judge_unfinished(run, held, self.ended, self._settings)
            self._fault = str(outcome.fault or "")
        except AdvisorError as error:
            self._fault = str(error)
        if self._fault:
            self.report = replace(self.report, run=run)
            if self._fault != before:
                yield self.event("failed", f"could not be judged: {self._fault}")
            return
        yield from self._new_faults()
        if self.report.verdict != verdict:
            yield self.event("verdict", f"verdict {verdict} → {self.report.verdict}")
        yield from self._changes(held, findings(self.report))

    def _changes(self, before: Mapping[str, Finding], after: Mapping[str, Finding]) -> Iterator[Event]:
        for name, f in after.items():
            if name not in before:
                yield self.event("appeared", f"{name} appeared at step {self._extent[1]}: {f.message}", f)
            elif f.level != before[name].level:
                yield self.event("appeared", f"{name} is now {'an error' if f.level == 'error' else f'a {f.level}'}: {f.message}", f)
        for name in before.keys() - after.keys():
            yield self.event("went-away", f"{name} went away by step {self._extent[1]}", before[name])

    def _new_faults(self) -> Iterator[Event]:
        """Each fault of ours once; those met in reading are among the notes."""
        read = set(map(str, self.run.faults))
        for said in dict.fromkeys(map(str, self.report.faults)):
            if said not in self._faults | read:
                self._faults.add(said)
                yield self.event("failed", said)

    def _new_notes(self) -> Iterator[Event]:
        """What the reader said twice in the same words: of a record that is still being written it says something else each time."""
        (last, said), now = self._notes, set(self.run.notes)
        yield from (self.event("note", note) for note in sorted((now & last) - said))
        self._notes = now, said | (now & last)

    def event(self, kind: str, message: str, finding: Finding | None = None) -> Event:
        """What happened, at the last step of this run; with problem and level where it happened to a finding."""
        problem, level = (finding.problem, finding.level) if finding else (None, None)
        return Event(kind, message, self.run.name, step=self._extent[1], problem=problem, level=level)


def findings(report: Report) -> dict[str, Finding]:
    """The findings by their problems' names."""
    return {f.problem: f for f in report.findings}


def extent(run: Run) -> tuple[int, int]:
    """How many points there are, and the last step: what tells that something new came."""
    return sum(map(len, run.scalars.values())), run.steps[1] if run.steps else 0
