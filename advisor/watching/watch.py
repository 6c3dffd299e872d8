"""A folder watched: its runs as they are written, and the one that the eye is on."""

import time
from collections import Counter, deque
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from advisor.evidence import siblings
from advisor.finding import Finding, and_worse
from advisor.judging.settings import DEFAULTS, Settings
from advisor.run import Run
from advisor.statistics import curve_shape
from advisor.watching.growing_logs import GrowingLogs, may_belong_to
from advisor.watching.watched_run import Event, WatchedRun

Key = tuple[Path, int]  # a run: its path, and which of the trainings logged there it is
KEPT = 200  # events


class Watch:
    """Every run below a folder.

    The eye goes to a run that begins, and from one that fell silent to one that is written; it does not wander between two that are.

    Attributes
    ----------
    runs : dict of key to Watched
    focus : key or None
        The run that the eye is on.
    events : deque of Event
        The latest.
    now : callable
        A clock in seconds that never jumps.
    """

    def __init__(
        self,
        path: Path,
        tags: Mapping[str, str] | None = None,
        alone: bool = False,
        settings: Settings = DEFAULTS,
        now: Callable[[], float] = time.monotonic,
    ):
        self.following, self.alone, self.settings, self.now = GrowingLogs(path, tags), alone, settings, now
        self.runs: dict[Key, WatchedRun] = {}
        self.focus: Key | None = None
        self.events: deque[Event] = deque(maxlen=KEPT)
        self._began, self._first = time.time(), True
        self._missing: set[Key] = set()
        self._trouble = ""

    def look(self) -> list[Event]:
        """Read what is new, judge what it concerns, and tell what changed."""
        changed = self.following.look()
        events = [*self._waiting(), *self._taken_in(changed)]
        for watched in self.runs.values():
            events += watched.tick(self.now())
        self._turn()
        if self._first:
            events = [*self._opening()] or events
        self._first = False
        for known in (curve_shape.binned, curve_shape.shape):
            known.cache_clear()  # else they keep every state that a growing curve ever had
        self.events.extend(events)
        return events

    def failing(self, level: str) -> tuple[WatchedRun, Finding] | None:
        """A finding of this level or a worse one, in a run that was written to since the watch began."""
        return next(((w, f) for w in self.runs.values() if w.live for f in w.report.findings if f.level in and_worse(level)), None)

    def _waiting(self) -> Iterator[Event]:
        """Why there is no run: told again when it is for another reason, not when a number in it changes."""
        trouble = self.following.trouble
        reason = "".join(c for c in trouble.partition(":")[0] if not c.isdigit())
        if trouble and reason != self._trouble:
            yield Event("waiting", f"waiting for logs: {trouble}")
        self._trouble = reason

    def _taken_in(self, changed: set[Path]) -> Iterator[Event]:
        runs, now = keyed(self.following.runs), self.now()
        if changed and not self.alone:
            siblings.attach_siblings(runs.values())
        written = self.following.written() if runs.keys() - self.runs.keys() else {}
        for key, run in runs.items():
            if key not in self.runs:
                self._inherit(key, runs)
            if key not in self.runs:
                yield from self._begun(key, run, written[run.path])
            elif any(may_belong_to(path, run) for path in changed):
                yield from self.runs[key].update(run, now)
        missing = self.runs.keys() - runs.keys()
        for key in missing & self._missing:  # at two looks: a file that is replaced is not there for a moment
            yield self.runs.pop(key).event("gone", "is gone: its logs are no longer there, or can no longer be read")

        self._missing = missing

    def _inherit(self, key: Key, runs: Mapping[Key, Run]) -> None:
        """Where what looked like a run turned out to be the half of this one, this one is it."""
        half = next((gone for gone in self.runs.keys() - runs.keys() if key[0] in gone[0].parents), None)
        if half:
            self.runs[key] = self.runs.pop(half)
            self.focus = key if self.focus == half else self.focus

    def _begun(self, key: Key, run: Run, written: float) -> Iterator[Event]:
        age = max(0.0, time.time() - written) if self._first else 0.0
        self.runs[key] = WatchedRun(run, self.now(), age, not self._first or written >= self._began, self.settings)
        if not self._first:
            self.focus = key
            yield self.runs[key].event("began", "began")
        yield from self.runs[key].judge(run)

    def _turn(self) -> None:
        """Let the eye rest on a run that is there, and on a silent one only while no other is written."""
        eye = self.runs.get(self.focus) if self.focus else None
        latest = max(self.runs, key=lambda key: (self.runs[key].since, str(key)), default=None)
        if eye is None or (latest and eye.silent and not self.runs[latest].silent):
            self.focus = latest

    def _opening(self) -> Iterator[Event]:
        """What there was when the watch began, in a sentence or two instead of all that led to it."""
        if not self.focus:
            return
        eye = self.runs[self.focus]
        problems = ", ".join(f.problem for f in eye.report.findings)
        state = eye.report.verdict + (f" ({problems})" if problems else "")
        yield eye.event("watching", f"{state} at step {eye.run.steps[1] if eye.run.steps else 0}")
        if len(self.runs) > 1:
            others = Counter(w.report.verdict for key, w in self.runs.items() if key != self.focus)
            told = ", ".join(f"{count} {verdict}" for verdict, count in others.most_common())
            yield Event("watching", f"beside it {told}")


def keyed(runs: list[Run]) -> dict[Key, Run]:
    """The runs by path and by which of the trainings logged there they are."""
    seen: Counter[Path] = Counter()
    found = {}
    for run in runs:
        found[run.path, seen[run.path]] = run
        seen[run.path] += 1
    return found
