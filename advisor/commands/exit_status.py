"""What all reports together came to, which is what the exit status tells."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from advisor.errors import AdvisorError
from advisor.finding import Level, Report, and_worse


@dataclass
class Tally:
    """How many reports passed by, whether one of them is an answer, *cannot tell* included, and the levels of their findings."""

    total: int = 0
    answered: bool = False
    levels: set[Level] = field(default_factory=set)
    first: Report | None = None

    def count(self, reports: Iterable[Report]) -> Iterator[Report]:
        """The reports, counted as they pass by."""
        for report in reports:
            self.total += 1
            self.first = self.first or report
            self.answered = self.answered or bool(report.passed or report.findings or report.skipped)
            self.levels.update(finding.level for finding in report.findings)
            yield report

    def fails(self, level: str | None) -> bool:
        """Whether there was a finding of this level or a worse one; never where no level is given.

        Raises
        ------
        AdvisorError
            No run was judged: it could not be read, or a rule failed on it.
        """
        if not self.answered:
            raise AdvisorError(self.unanswered())
        return level is not None and not self.levels.isdisjoint(and_worse(level))

    def unanswered(self) -> str:
        """Why nothing was said of any run."""
        from advisor.render.report_words import run_label
        from advisor.render.text import in_words, naming

        assert self.first is not None, "a survey has at least one report"
        more = f" So it is with all {self.total} runs." if self.total > 1 else ""
        return f"{run_label(self.first)}: {in_words(self.first)} {naming(self.first)}".rstrip() + more
