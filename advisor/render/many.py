"""Many runs: each in a row of a table, the worst first, and only the worst told in full."""

from collections.abc import Iterator, Sequence

from rich.console import RenderableType
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from advisor.finding import Report
from advisor.render.text import COLORS, SIGNS, blocks
from advisor.render.words import counted, edit, loud, place

FEW = 4  # as many runs are told one after the other
TOLD = 3  # of more, so many
LEVELS = ("error", "warning", "note")


def blocks_of(reports: Sequence[Report], verbose: bool = False) -> Iterator[RenderableType]:
    """Everything there is to print of the reports."""
    told = sorted(reports, key=badness)
    if len(reports) > FEW:
        yield table(told)
        yield Text()
        if not verbose:
            told = [r for r in told[:TOLD] if r.verdict == "problem"]
    for i, report in enumerate(told):
        if len(reports) > 1:
            yield Rule(style="dim") if i or len(reports) > FEW else Text()
        yield from blocks(report)
        yield Text()
    if len(told) < len(reports):
        left = next(r for r in sorted(reports, key=badness) if r not in told)
        more = counted(len(reports) - len(told), "more run")
        yield Text(f"{more} in the table above. One in full: advisor diagnose {place(left.run.path)}; all: --verbose", "dim")


def badness(report: Report):
    """Sorts problems before what nobody can tell before health, and louder and surer problems first."""
    first = next(iter(report.findings), None)
    rank = (LEVELS.index(first.level), -first.confidence) if first else (len(LEVELS), 0.0)
    return ("problem", "cannot-tell", "healthy").index(report.verdict), *rank


def table(reports: Sequence[Report]) -> Table:
    """A row a run: its path, the verdict, its loud problems, and the change to make first."""
    shown = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 2, 0, 0))
    for head in ("", "Run", "Verdict", "Problems", "Change first"):
        shown.add_column(head, overflow="fold")
    for r in reports:
        color = COLORS[r.verdict]
        problems = ", ".join(dict.fromkeys(f.problem for f in loud(r)))
        change = edit(r.first_change) if r.first_change else ""
        shown.add_row(Text(SIGNS[r.verdict], color), Text(place(r.run.path)), Text(r.verdict, color), Text(problems), Text(change))
    return shown
