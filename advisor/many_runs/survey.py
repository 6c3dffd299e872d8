"""Many runs: read, judged and told of one after the other, by as many workers as there are, with few of them in memory at once.

Siblings are judged by each other, so a survey goes through the runs twice: once for what each tells its siblings, once to judge it.
Few and small runs are held in memory instead, and read only once.
"""

import itertools
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from advisor.evidence.siblings import BetterSibling, attach, best_siblings
from advisor.faults import Fault
from advisor.finding import Report
from advisor.many_runs.judge import Judge, Task
from advisor.many_runs.spread import LostItem, spread
from advisor.many_runs.workers import Backend, Workers
from advisor.reading.folders.folder_groups import Listing, size
from advisor.reading.nothing_found import no_runs
from advisor.reading.runs import unread
from advisor.signals.users_tags import check_tags

FEW = 32  # units
SMALL = 64 << 20  # bytes of their logs

Watch = Callable[[Iterable, str, int], Iterable]  # passes on things, of which there are so many, and shows what is done with them


@dataclass
class Survey:
    """All runs below a path, and who judges them."""

    listing: Listing
    judge: Judge = field(default_factory=Judge)
    alone: bool = False
    workers: Workers = field(default_factory=Workers)
    watch: Watch = lambda things, doing, count: things
    tasks: dict[tuple[str, str], Task] = field(default_factory=dict)  # by path, which text holds in less, and name: what tells curves anew

    def reports(self) -> Generator[Report]:
        """A report of each run in order of paths, as soon as it is known.

        Raises
        ------
        AdvisorError
            No run could be read, or none has one of the tags; or there is no cluster where one was named.
        """
        lost: list[Report] = []
        readable, logged = False, set[str]()
        for report in self._in_memory() if self._few() else self._over_workers():
            if report.run.unread and not readable:
                lost.append(report)
                continue
            yield from lost if not readable else ()
            readable = True
            logged.update(report.run.scalars if self.judge.tags else ())
            yield report
        if not readable:
            raise no_runs(self.listing, [report.run for report in lost])
        check_tags(self.judge.tags, logged)

    def full_report(self, report: Report) -> Report:
        """The report with its run's curves."""
        run = report.run
        task = self.tasks.get((str(run.path), run.name))
        return next((r for r in self.judge.reports(task) if r.run.name == run.name), report) if task else report

    def _few(self) -> bool:
        if self.workers.backend is not Backend.local or self.workers.jobs not in (None, 1):
            return False
        units = self.listing.groups
        return len(units) == 1 or (len(units) <= FEW and sum(map(size, units)) <= SMALL)

    def _in_memory(self) -> Iterator[Report]:
        runs = [run for unit in self.listing.groups for run in self.judge.runs(unit)]
        if not self.alone:
            attach(runs, best_siblings([self.judge.sibling_record(run) for run in runs]))
        yield from map(self.judge.report, self.watch(runs, "Diagnosing", len(runs)))

    def _over_workers(self) -> Iterator[Report]:
        units = self.listing.groups
        best: list[Sequence[BetterSibling | Fault | None] | LostItem] = [()] * len(units) if self.alone else self._siblings()
        tasks = [(unit, found) for unit, found in zip(units, best, strict=True) if not isinstance(found, LostItem)]
        done = zip(tasks, spread(self.judge.light_reports, tasks, self.workers), strict=True)
        for unit, found in self.watch(zip(units, best, strict=True), "Diagnosing", len(units)):
            task, reports = ((unit, ()), found) if isinstance(found, LostItem) else next(done)
            for report in [self.judge.report(unread(unit, reports.reason))] if isinstance(reports, LostItem) else reports:
                self.tasks[str(report.run.path), report.run.name] = task
                yield report

    def _siblings(self) -> list[Sequence[BetterSibling | Fault | None] | LostItem]:
        """The best sibling of each run, by units."""
        units = self.listing.groups
        told = list(self.watch(spread(self.judge.sibling_records, units, self.workers), "Reading", len(units)))
        found = iter(best_siblings([run for runs in told if not isinstance(runs, LostItem) for run in runs]))
        return [runs if isinstance(runs, LostItem) else list(itertools.islice(found, len(runs))) for runs in told]
