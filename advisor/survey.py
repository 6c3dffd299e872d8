"""Many runs: read, judged and told of one after the other, by as many workers as there are, with few of them in memory at once.

Siblings are judged by each other, so a survey goes through the runs twice: once for what each tells its siblings, once to judge it.
Few and small runs are held in memory instead, and read only once.
"""

import itertools
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from advisor.failures import told
from advisor.finding import Report
from advisor.folders import anew, checked, name_below
from advisor.missing import no_runs
from advisor.run import Run, runs_in
from advisor.settings import Settings
from advisor.siblings import Better, Sibling, better, introduce, introduced
from advisor.signals import no_tag
from advisor.spread import Backend, Lost, Workers, spread
from advisor.units import Listing, Unit, size

FEW = 32  # units
SMALL = 64 << 20  # bytes of their logs

Task = tuple[Unit, Sequence[Better | None]]  # a unit, and the best sibling of each of its runs
Watch = Callable[[Iterable, str, int], Iterable]  # passes on things, of which there are so many, and shows what is done with them


@dataclass(frozen=True)
class Judge:
    """How runs are judged, wherever that is: it travels to the workers."""

    tags: Mapping[str, str] = field(default_factory=dict)
    settings: Settings = field(default_factory=Settings)
    verify: bool = False
    verbose: bool = False

    def runs(self, unit: Unit) -> list[Run]:
        """Every run of a unit; one that is unread where reading fails."""
        try:
            return runs_in(unit, self.tags, checked if self.verify else anew)
        except Exception as error:
            return [unread(unit, self.failure(error))]

    def introductions(self, unit: Unit) -> list[Sibling | None]:
        """What each run of a unit tells its siblings."""
        return [self.introduction(run) for run in self.runs(unit)]

    def introduction(self, run: Run) -> Sibling | None:
        try:
            return introduced(run)
        except Exception:
            return None  # `report` fails on it too, and says why

    def outlines(self, task: Task) -> list[Report]:
        """The reports without curves, small enough to send and to hold."""
        return [replace(report, run=report.run.outline()) for report in self.reports(task)]

    def reports(self, task: Task) -> list[Report]:
        """A report of each run of a unit."""
        unit, best = task
        runs = self.runs(unit)
        introduce(runs, best)
        return [self.report(run) for run in runs]

    def report(self, run: Run) -> Report:
        """The report of a run; where a rule fails, that is the reason why nobody can tell."""
        from advisor import engine

        try:
            return engine.diagnose(run, settings=self.settings)
        except Exception as error:
            run = run if "signals" in vars(run) else replace(run, scalars={}, histograms={})
            return Report(run, "cannot-tell", reason=self.failure(error))

    def failure(self, error: Exception) -> str:
        if self.verbose:
            import traceback

            traceback.print_exception(error)
        return told(error)


@dataclass
class Survey:
    """All runs below a path, and who judges them."""

    listing: Listing
    judge: Judge = field(default_factory=Judge)
    alone: bool = False
    workers: Workers = field(default_factory=Workers)
    watch: Watch = lambda things, doing, count: things
    tasks: dict[tuple[Path, str], Task] = field(default_factory=dict)  # what is to be read anew for the curves of a run

    def reports(self) -> Generator[Report]:
        """A report of each run in order of paths, as soon as it is known.

        Raises
        ------
        AdvisorError
            No run could be read, or none has one of the tags; or there is no cluster where one was named.
        """
        lost: list[Report] = []
        readable, logged = False, set[str]()
        for report in self._held() if self._few() else self._spread():
            if report.run.unread and not readable:
                lost.append(report)
                continue
            yield from lost if not readable else ()
            readable = True
            logged.update(report.run.scalars if self.judge.tags else ())
            yield report
        if not readable:
            raise no_runs(self.listing, [report.run for report in lost])
        no_tag(self.judge.tags, logged)

    def whole(self, report: Report) -> Report:
        """The report with its run's curves."""
        run = report.run
        task = self.tasks.get((run.path, run.name))
        return next((r for r in self.judge.reports(task) if r.run.name == run.name), report) if task else report

    def _few(self) -> bool:
        if self.workers.backend is not Backend.local or self.workers.jobs not in (None, 1):
            return False
        units = self.listing.units
        return len(units) == 1 or (len(units) <= FEW and sum(map(size, units)) <= SMALL)

    def _held(self) -> Iterator[Report]:
        runs = [run for unit in self.listing.units for run in self.judge.runs(unit)]
        if not self.alone:
            introduce(runs, better([self.judge.introduction(run) for run in runs]))
        yield from map(self.judge.report, self.watch(runs, "Diagnosing", len(runs)))

    def _spread(self) -> Iterator[Report]:
        units = self.listing.units
        best: list[Sequence[Better | None] | Lost] = [()] * len(units) if self.alone else self._siblings()
        tasks = [(unit, found) for unit, found in zip(units, best, strict=True) if not isinstance(found, Lost)]
        done = zip(tasks, spread(self.judge.outlines, tasks, self.workers), strict=True)
        for unit, found in self.watch(zip(units, best, strict=True), "Diagnosing", len(units)):
            task, reports = ((unit, ()), found) if isinstance(found, Lost) else next(done)
            for report in [self.judge.report(unread(unit, reports.reason))] if isinstance(reports, Lost) else reports:
                self.tasks[report.run.path, report.run.name] = task
                yield report

    def _siblings(self) -> list[Sequence[Better | None] | Lost]:
        """The best sibling of each run, by units."""
        units = self.listing.units
        told = list(self.watch(spread(self.judge.introductions, units, self.workers), "Reading", len(units)))
        found = iter(better([run for runs in told if not isinstance(runs, Lost) for run in runs]))
        return [runs if isinstance(runs, Lost) else list(itertools.islice(found, len(runs))) for runs in told]


def unread(unit: Unit, reason: str) -> Run:
    """A unit of which nothing could be read."""
    return Run(unit.path, format="", name=name_below(unit.root, unit.path), unread=reason)
