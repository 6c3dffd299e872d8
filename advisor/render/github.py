"""The findings as lines that GitHub Actions shows beside a job: ::error, ::warning and ::notice.

References
----------
https://docs.github.com/en/actions/reference/workflow-commands-for-github-actions
"""

from collections.abc import Iterable, Iterator

from advisor.finding import Report
from advisor.render.report_words import change_text, heading, run_label
from advisor.render.text import in_words
from advisor.wording import clean

COMMANDS = {"error": "error", "warning": "warning", "note": "notice"}


def lines(reports: Iterable[Report]) -> Iterator[str]:
    """A line for each finding, and one for each run of which nobody can tell; none of a healthy run without a note."""
    for report in reports:
        if report.verdict == "cannot-tell":
            yield annotation("notice", "cannot tell", f"{run_label(report)}: {in_words(report)}")
        for finding in report.findings:
            change = f" {heading(report)}: {change_text(report.first_change)}." if report.first_change and not finding.same_cause_as else ""
            change = change if finding is report.findings[0] else ""
            yield annotation(COMMANDS[finding.level], finding.problem, f"{run_label(report)}: {finding.message}{change}")


def annotation(command: str, title: str, message: str) -> str:
    """The line of one annotation, in which nothing ends before it should."""
    said = clean(message).replace("%", "%25")
    named = clean(title).replace("%", "%25").replace(":", "%3A").replace(",", "%2C")
    return f"::{command} title={named}::{said}\n"
