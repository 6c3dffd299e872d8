"""The reports as Markdown, for a pull request or the summary of a CI job: of one run what the screen says, of many a table."""

import re
from collections.abc import Callable, Iterator

from advisor.finding import Cause, Report
from advisor.render.offered_changes import sentence, shown
from advisor.render.ranking import Ranking
from advisor.render.report_words import between, change_text, facts_of, heading, leading, loud_findings, run_label
from advisor.render.text import SIGNS, in_words
from advisor.render.track_record import track_record
from advisor.wording import clean, counted

SPECIAL = re.compile(r"([\\`*_{}\[\]<>()#+!|~&$])")
FEW = 4  # runs told one after the other


def render(ranking: Ranking, whole: Callable[[Report], Report] | None = None) -> str:
    """The text, ending in a newline."""
    worst = ranking.worst
    if ranking.total > FEW:
        return "\n".join(table(ranking)) + "\n"
    return "\n".join(line for report in worst for line in of_run(report))


def of_run(report: Report) -> Iterator[str]:
    """One run: its verdict, what was seen, the change with its line, and the causes."""
    found = loud_findings(report)
    names = ", ".join(dict.fromkeys(f.problem for f in found)) or in_words(report)
    yield f"### {SIGNS[report.verdict]} {escaped(run_label(report))}: {escaped(names)}\n"
    if report.run.unread:
        return
    if found:
        yield f"{escaped(sentence(track_record(found[0])))}\n"
    for finding in report.findings:
        shared = f" (the same cause as {escaped(finding.same_cause_as)})" if finding.same_cause_as else ""
        yield f"- **{escaped(finding.problem)}**{shared}: {escaped(finding.message)}"
    if report.findings:
        yield ""
    if change := report.first_change:
        about = f" ({between(change)})" if change.interval else ""
        yield f"**{heading(report)}:** {escaped(change_text(change) + about)}  "
        yield f"{escaped(sentence(change.why))}\n" if change.why else ""
        for line in change.how.values():
            yield fenced(clean(line))
    if (finding_ := leading(report)) and finding_.causes:
        yield "| likely | cause | facts |\n|---:|---|---|"
        yield "\n".join(map(of_cause, shown(finding_, report))) + "\n"


def of_cause(cause: Cause) -> str:
    """A row: its probability, its name, and the facts that weigh most."""
    return f"| {cause.probability:.0%} | {escaped(cause.cause)} | {escaped('; '.join(facts_of(cause)))} |"


def table(ranking: Ranking) -> Iterator[str]:
    """How many runs are how, and a row for each, the worst first."""
    said = [f"{SIGNS[v]} {n} {v}" for v, n in ranking.verdicts.most_common()]
    yield f"### {counted(ranking.total, 'run')}: {', '.join(said)}\n"
    yield "| run | problem | level | change first |\n|---|---|---|---|"
    for r in ranking.worst:
        found = loud_findings(r)
        problems = ", ".join(dict.fromkeys(f.problem for f in found)) or r.reason or r.verdict
        level = f"{found[0].level} {found[0].confidence:.0%}" if found else ""
        change = change_text(r.first_change) if r.first_change else ""
        yield f"| {SIGNS[r.verdict]} {' | '.join(map(escaped, (r.run.name, problems, level, change)))} |"
    if more := ranking.total - len(ranking.worst):
        yield f"\n{counted(more, 'more run')} not shown; these are the worst."


def escaped(text: str) -> str:
    """Foreign text as text: no markup, no table cell, and nobody is called by an @."""
    return SPECIAL.sub(r"\\\1", clean(text)).replace("@", "@<!-- -->")


def fenced(line: str) -> str:
    """A line of code between fences that are longer than any in it."""
    fence = "`" * max(3, 1 + max((len(run) for run in re.findall("`+", line)), default=0))
    return f"{fence}python\n{line}\n{fence}\n"
