"""The report for a person at a terminal: the verdict, the one change to make first, then each finding with what speaks for it."""

from collections.abc import Iterable, Iterator

from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

from advisor.evidence.sanity_facts import NOT_PROBED
from advisor.faults import Fault
from advisor.finding import Cause, Evidence, Finding, Report
from advisor.render.figure import title
from advisor.render.layout import Bar, Drawn
from advisor.render.offered_changes import changes, first_change, indented, shown
from advisor.render.report_words import (
    curve_of,
    extent,
    kind_of_log,
    likelihood,
    loud_findings,
    odds_text,
    read_as,
    run_label,
    unchecked,
    weightiest,
)
from advisor.render.terminal import lines_of, written
from advisor.signals.probe_tags import of_a_probe
from advisor.wording import clean, counted, first_few, number, steps

COLORS = {
    "error": "bold red",
    "warning": "bold yellow",
    "note": "bold blue",
    "problem": "bold red",
    "healthy": "bold green",
    "cannot-tell": "bold yellow",
}
SIGNS = {"problem": "✗", "healthy": "✓", "cannot-tell": "?"}
BAR = 12  # characters of a probability of one
ROWS = 4  # of a curve


def render(report: Report, width: int = 100) -> str:
    """The report as plain text of at most `width` columns."""
    console = Console(width=width, color_system=None, highlight=False, emoji=False, markup=False)
    return written(console, blocks(report))


def blocks(report: Report, verbose: bool = False) -> Iterator[RenderableType]:
    """The parts of the report from top to bottom; `verbose` tells how each fault of ours is seen again."""
    yield from lines_of("the text of the verdict", headline, report, instead=f"{report.run.path}  {report.verdict}  ")
    if not report.run.unread:
        if report.first_change:
            yield from lines_of("the text of the first change", first_change, report, report.first_change)
        for finding in report.findings:
            yield Text()
            instead = f"{finding.problem}: {clean(finding.message)} "
            yield from lines_of(f"the text of {finding.problem}", of_finding, finding, report, instead=instead)
        yield Text()
        yield from lines_of("the text below the findings", footer, report)
    if verbose and report.faults:
        yield from lines_of("the text of faults", seen_again, report.faults)


def seen_again(faults: Iterable[Fault]) -> Iterator[RenderableType]:
    """Of each fault of ours what was raised where, and the line by which it is raised again."""
    for fault in faults:
        yield Text(clean(f"{fault}: {fault.error} ({fault.place}); again by: {fault.again}"), "dim")


def headline(report: Report) -> Iterator[RenderableType]:
    """Name and verdict, and of a run that could be read its steps and which tag is which signal."""
    run = report.run
    color = COLORS[report.verdict]
    yield Text.assemble((SIGNS[report.verdict], color), " ", (run_label(report), "bold"), "  ", (in_words(report), color))
    if run.unread:
        return
    known = read_as(run)
    for said in (extent(run), " · ".join(kind_of_log(report)), f"read as {first_few(known)}" if known else ""):
        if said:
            yield indented(Text(said, "dim"), 2)


def in_words(report: Report) -> str:
    """The verdict as one would say it."""
    if report.verdict == "healthy":
        able, unable = len(report.passed) + len(report.findings), unchecked(report)
        return f"Nothing wrong found in {counted(able, 'check')}" + (f"; {unable} could not run." if unable else ".")
    if report.verdict == "problem":
        problems = list(dict.fromkeys(f.problem for f in loud_findings(report)))
        return f"{counted(len(problems), 'problem')} found: {', '.join(problems)}."
    why = clean(report.reason).rstrip(".")
    if report.run.unread:
        return f"Could not be read: {why}."
    return "Cannot tell whether this training is well" + (f": {why}." if why else ".")


def of_finding(finding: Finding, report: Report) -> Iterator[RenderableType]:
    """A finding; one with the first cause of another above it is folded: what it says, and whose cause it shares."""
    sure = f"{finding.level} · {likelihood(finding.confidence)} ({finding.confidence:.0%})"
    yield Text.assemble((finding.problem, COLORS[finding.level]), (f"  {sure}", "dim"))
    yield indented(Text(clean(finding.message)), 2)
    if finding.same_cause_as:
        cause = finding.causes[0]
        yield indented(Text(f"Same cause as {finding.same_cause_as}: {cause.cause} ({cause.probability:.0%}).", "italic"), 2)
        return
    yield from curve(finding, report)
    yield indented(facts(finding.evidence), 2)
    if finding.causes:
        yield indented(Text("Why", "bold"), 2)
        for cause in shown(finding, report):
            yield indented(of_cause(cause), 4)
        yield from changes(finding, report)
    if finding.missing:
        yield indented(
            Text(f"Could not decide between the causes for want of {first_few(finding.missing)}: log them next time.", "italic"), 2
        )


def curve(finding: Finding, report: Report) -> Iterator[RenderableType]:
    """The curve of the first evidence that lies on one."""
    if found := curve_of(finding, report.run):
        scalar, e = found
        yield indented(Group(title(scalar, e.signal), Drawn(scalar, e.signal, e.first_step, e.last_step, ROWS)), 2)


def facts(evidence: Iterable[Evidence]) -> Table:
    """A row for each fact: the signal, its steps, what was measured, and the limit it crossed."""
    table = Table.grid(padding=(0, 2))
    for e in evidence:
        limit = f"limit {number(e.limit)}" if e.limit is not None else ""
        table.add_row(
            Text(clean(e.signal), "dim"),
            Text(steps(e.first_step, e.last_step), "dim"),
            Text(f"{clean(e.fact)}: {number(e.value)}"),
            Text(limit, "dim"),
        )
    return table


def of_cause(cause: Cause) -> RenderableType:
    """The cause with its probability as a bar, and the facts that weigh most for and against it."""
    head = Table.grid(padding=(0, 1))
    said = Text.assemble((cause.cause, "bold"), (f"  {clean(cause.message)}", "dim"))
    head.add_row(Bar(cause.probability, BAR), Text(f"{cause.probability:>4.0%}"), said)
    weighed = weightiest(cause)
    table = Table.grid(padding=(0, 1))
    for e in weighed:
        weight = e.weight or 0.0
        where = clean(e.tag) if e.signal == "hparams" else f"{clean(e.signal)}, {steps(e.first_step, e.last_step)}"
        side = Text("for" if weight > 0 else "against", "green" if weight > 0 else "red")
        table.add_row(side, Text(f"{where}: {clean(e.fact)}: {number(e.value)} ({odds_text(weight)})"))
    return Group(head, indented(table, BAR + 6)) if weighed else head


def footer(report: Report) -> Iterator[RenderableType]:
    """What was fine, what could not be judged and why, what the reader had to say, and where to read on."""
    table = Table.grid(padding=(0, 2))
    table.add_column(style="dim", no_wrap=True)
    table.add_row("Found fine", Text(", ".join(report.passed) or "nothing"))
    lacks: dict[str, list[str]] = {}
    for problem, lack in sorted(report.skipped.items(), key=lambda item: item[1] == NOT_PROBED):
        lacks.setdefault(lack, []).append(problem)
    for i, (lack, names) in enumerate(lacks.items()):
        table.add_row("Not checked" if i == 0 else "", Text(f"{', '.join(names)}: {clean(lack)}"))
    for i, note in enumerate(report.run.notes):
        table.add_row("Notes" if i == 0 else "", Text(clean(note)))
    if hint := naming(report):
        table.add_row("Name it", Text(hint))
    if report.findings:
        table.add_row("Read on", Text(f"advisor explain {report.findings[0].problem}"))
    yield table


def naming(report: Report) -> str:
    """How to say which tag is the training loss, where none was found among the scalars."""
    run = report.run
    own = [tag for tag in run.scalars if not of_a_probe(tag)]
    if not own or "train_loss" in run.signals:
        return ""
    if (task := run.signal("task")) and task.cannot_tell:
        return ""
    return f"No training loss among the scalars {first_few(own)}. Say which it is: --tag train_loss=TAG"
