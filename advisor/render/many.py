"""Many runs: one table of what is wrong, the worst first; the healthy are counted, and a run is told in full where that is asked for."""

import shlex
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from advisor.faults import contained
from advisor.finding import Report
from advisor.render import one_screen, text
from advisor.render.layout import Divider
from advisor.render.ranking import Ranking
from advisor.render.report_words import change_text, loud_findings, shortened
from advisor.render.terminal import lines_of
from advisor.render.text import COLORS, SIGNS
from advisor.wording import clean, counted, place

FEW = 4  # as many runs are told in full one after the other
SHOWN = 30  # of more, rows of the table
NAME = 36  # columns of a run's name
OFTEN = 4  # problems named in the count


def blocks_of(
    reports: Iterable[Report],
    verbose: bool = False,
    whole: Callable[[Report], Report] | None = None,
    proof: one_screen.Proof = one_screen.no_proof,
) -> Iterator[RenderableType]:
    """Everything there is to print of the reports: a screen for each of a few, a table of many, and with `verbose` all of each.

    `whole` gives a report with the curves of its run, where it has none; `proof` the command that tries its first change. The reports are
    looked at one by one, and but for `verbose` only the worst are kept, as many as the table has rows.
    """
    seen = Ranking(None if verbose else SHOWN)
    for report in reports:
        seen.add(report)
    ranked, many = seen.worst, seen.total > FEW
    if many:
        bare = "".join(f"{clean(r.run.name)}: {r.verdict} {', '.join(f.problem for f in r.findings)}\n" for r in ranked)
        yield from lines_of("the table of runs", overview, ranked, seen.verdicts, seen.problems, instead=bare)
    for i, report in enumerate(ranked if verbose or not many else ()):
        if seen.total > 1:
            yield Divider() if i or many else Text()
        shown = whole(report) if whole else report
        yield from text.blocks(shown, verbose) if verbose else one_screen.blocks(shown, proof)
        yield Text()


def overview(worst: Sequence[Report], verdicts: Counter[str], problems: Counter[str]) -> Iterator[RenderableType]:
    """How many runs are how, a row for each of the worst that is ill, and how to see more."""
    ill = [report for report in worst if report.verdict != "healthy"]
    yield from count(verdicts, problems)
    if ill:
        yield Text()
        yield table(ill)
        yield Text()
        more = verdicts.total() - verdicts["healthy"] - len(ill)
        left = f"{counted(more, 'more row')}, and all runs in full: --verbose" if more else "all: --verbose"
        yield Text(f"One of them: advisor diagnose {shlex.quote(place(ill[0].run.path))}; {left}", "dim")


def count(verdicts: Counter[str], problems: Counter[str]) -> Iterator[Text]:
    """How many runs there are of each verdict, and in a second line the commonest problems, if there are any."""
    said = {"problem": "with a problem", "cannot-tell": "nobody can tell", "healthy": "healthy"}
    parts = [part for v, words in said.items() if verdicts[v] for part in (" · ", (f"{SIGNS[v]} {verdicts[v]} {words}", COLORS[v]))]
    yield Text.assemble((counted(verdicts.total(), "run"), "bold"), *parts)
    if problems:
        yield Text("most often " + ", ".join(f"{name} ({n})" for name, n in problems.most_common(OFTEN)), "dim")


def table(reports: Sequence[Report]) -> Table:
    """A row a run: its name, its loud problems or why nobody can tell, how sure the first is, and the change to make first."""
    shown = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 2, 0, 0))
    for head in ("", "Run", "Problem", "", "Change first"):
        shown.add_column(head, overflow="fold")
    for r in reports:
        with contained(f"the row of {r.run.name}") as outcome:
            shown.add_row(*row(r))
        if outcome.fault:
            shown.add_row("", Text(clean(r.run.name)), Text(f"{r.verdict} ({outcome.fault})", "dim"), "", "")
    return shown


def row(r: Report) -> Iterator[Text]:
    """The cells of one run."""
    found = list({f.problem: f for f in reversed(loud_findings(r))}.values())[::-1]
    yield Text(SIGNS[r.verdict], COLORS[r.verdict])
    yield Text(shortened(clean(r.run.name), NAME))
    yield Text("\n".join(f.problem for f in found)) if found else Text(clean(r.reason), "dim")
    yield Text("\n".join(f"{f.level} {f.confidence:.0%}" for f in found), COLORS[found[0].level] if found else "")
    yield Text(change_text(r.first_change) if r.first_change else "")
