"""Many reports looked at one by one: how many there are of each kind, and the worst of them, which are all that is kept."""

from collections import Counter
from collections.abc import Iterable, Iterator

from advisor.faults import contained
from advisor.finding import LEVELS, Report
from advisor.render.report_words import loud_findings


class Ranking:
    """The reports that passed by.

    Attributes
    ----------
    verdicts : Counter of str
        How many there are of each verdict.
    """

    def __init__(self, most: int | None = None):
        self.most, self.verdicts = most, Counter[str]()
        self._seen: list[tuple[tuple, int, Report]] = []
        self._problems = Counter[str]()
        self._worst: dict[str, tuple] = {}  # problem -> how bad the worst run is that has it

    def passing(self, reports: Iterable[Report]) -> Iterator[Report]:
        """The reports, ranked as they pass by."""
        for report in reports:
            self.add(report)
            yield report

    def add(self, report: Report) -> None:
        """Count it, and keep it where it is among the `most` worst."""
        number = self.total
        with contained("the order of runs") as outcome:
            rank = badness(report)
            for name in dict.fromkeys(f.problem for f in loud_findings(report)):
                self._problems[name] += 1
                self._worst[name] = min(self._worst.get(name, (rank, number)), (rank, number))
        self._seen.append((() if outcome.fault else rank, number, report))
        self.verdicts[str(report.verdict)] += 1
        if self.most is not None and len(self._seen) > 2 * self.most:
            self._seen = self._sorted()[: self.most]

    def _sorted(self) -> list[tuple[tuple, int, Report]]:
        return sorted(self._seen, key=lambda one: one[:2])

    @property
    def total(self) -> int:
        """How many there were."""
        return self.verdicts.total()

    @property
    def worst(self) -> list[Report]:
        """The worst first; at most as many as are kept."""
        return [report for *_, report in self._sorted()[: self.most]]

    @property
    def problems(self) -> Counter[str]:
        """How many runs have each problem; first that of the worst run, so that it stands first among equally common ones."""
        return Counter({name: self._problems[name] for name in sorted(self._worst, key=self._worst.__getitem__)})


def badness(report: Report):
    """Sorts problems before what nobody can tell before health, and louder and surer problems first."""
    first = next(iter(report.findings), None)
    rank = (LEVELS.index(first.level), -first.confidence) if first else (len(LEVELS), 0.0)
    return ("problem", "cannot-tell", "healthy").index(report.verdict), *rank
