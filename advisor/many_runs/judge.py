"""How runs are judged, wherever that is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from advisor.errors import failure_sentence
from advisor.evidence.siblings import BetterSibling, Sibling, attach, sibling_of
from advisor.finding import Report
from advisor.judging.settings import Settings
from advisor.reading.folders.folder_groups import FolderGroup
from advisor.reading.folders.folder_tree import read_once, read_verified
from advisor.reading.folders.walk import run_name
from advisor.reading.runs import read_group
from advisor.run import Run

Task = tuple[FolderGroup, Sequence[BetterSibling | None]]  # a unit, and the best sibling of each of its runs


@dataclass(frozen=True)
class Judge:
    """How runs are judged, wherever that is: it travels to the workers."""

    tags: Mapping[str, str] = field(default_factory=dict)
    settings: Settings = field(default_factory=Settings)
    verify: bool = False
    verbose: bool = False

    def runs(self, unit: FolderGroup) -> list[Run]:
        """Every run of a unit; one that is unread where reading fails."""
        try:
            return read_group(unit, self.tags, read_verified if self.verify else read_once)
        except Exception as error:
            return [unread(unit, self.failure(error))]

    def sibling_records(self, unit: FolderGroup) -> list[Sibling | None]:
        """What each run of a unit tells its siblings."""
        return [self.sibling_record(run) for run in self.runs(unit)]

    def sibling_record(self, run: Run) -> Sibling | None:
        """What the run tells its siblings; None where that is nothing, or where it could not be worked out."""
        try:
            return sibling_of(run)
        except Exception:
            return None  # `report` fails on it too, and says why

    def light_reports(self, task: Task) -> list[Report]:
        """The reports without curves, small enough to send and to hold."""
        return [replace(report, run=report.run.outline()) for report in self.reports(task)]

    def reports(self, task: Task) -> list[Report]:
        """A report of each run of a unit."""
        unit, best = task
        runs = self.runs(unit)
        attach(runs, best)
        return [self.report(run) for run in runs]

    def report(self, run: Run) -> Report:
        """The report of a run; where a rule fails, that is the reason why nobody can tell."""
        from advisor.judging import engine

        try:
            return engine.diagnose(run, settings=self.settings)
        except Exception as error:
            run = run if "signals" in vars(run) else replace(run, scalars={}, histograms={})
            return Report(run, "cannot-tell", reason=self.failure(error))

    def failure(self, error: Exception) -> str:
        """What went wrong, in a sentence; where `verbose`, the traceback is printed to standard error besides."""
        if self.verbose:
            import traceback

            traceback.print_exception(error)
        return failure_sentence(error)


def unread(unit: FolderGroup, reason: str) -> Run:
    """A unit of which nothing could be read."""
    return Run(unit.path, format="", name=run_name(unit.root, unit.path), unread=reason)
