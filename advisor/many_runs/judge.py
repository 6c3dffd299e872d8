"""How runs are judged, wherever that is."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace

from advisor.errors import AdvisorError
from advisor.evidence.siblings import BetterSibling, Sibling, attach, record
from advisor.faults import Fault, contained
from advisor.finding import Report
from advisor.judging.settings import Settings
from advisor.reading.folders.folder_groups import FolderGroup
from advisor.reading.folders.folder_tree import read_once, read_verified
from advisor.reading.runs import read_group
from advisor.run import Run

Task = tuple[FolderGroup, Sequence[BetterSibling | Fault | None]]  # a unit, and the best sibling of each of its runs


@dataclass(frozen=True)
class Judge:
    """How runs are judged, wherever that is: it travels to the workers."""

    tags: Mapping[str, str] = field(default_factory=dict)
    settings: Settings = field(default_factory=Settings)
    verify: bool = False

    def runs(self, unit: FolderGroup) -> list[Run]:
        """Every run of a unit; one that is unread where reading fails."""
        return read_group(unit, self.tags, read_verified if self.verify else read_once)

    def sibling_records(self, unit: FolderGroup) -> list[Sibling | Fault | None]:
        """What each run of a unit tells its siblings."""
        return [self.sibling_record(run) for run in self.runs(unit)]

    def sibling_record(self, run: Run) -> Sibling | Fault | None:
        """What the run tells its siblings; None where that is nothing, or where its tags cannot be."""
        with suppress(AdvisorError):
            return record(run)
        return None  # `report` fails on it too, and says why

    def light_reports(self, task: Task) -> list[Report]:
        """The reports without curves, small enough to send and to hold."""
        return [replace(report, run=outlined(report.run)) for report in self.reports(task)]

    def reports(self, task: Task) -> list[Report]:
        """A report of each run of a unit."""
        unit, best = task
        runs = self.runs(unit)
        attach(runs, best)
        return [self.report(run) for run in runs]

    def report(self, run: Run) -> Report:
        """The report of a run; where the user gave it a tag that cannot be, that is the reason why nobody can tell."""
        from advisor.judging import engine

        try:
            return engine.diagnose(run, settings=self.settings)
        except AdvisorError as error:
            return Report(replace(run, scalars={}, histograms={}, tags={}), "cannot-tell", reason=str(error))


def outlined(run: Run) -> Run:
    """The run without its curves; without anything of them where a fault of ours hides what is to be kept."""
    with contained("outline", but=()) as outcome:
        return run.outline()
    return replace(run, scalars={}, histograms={}, lines=(), faults=(*run.faults, *([outcome.fault] if outcome.fault else [])))
