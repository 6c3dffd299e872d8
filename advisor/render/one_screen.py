"""The report of one run on one screen, for a person at a terminal: the verdict, the change and why; all that was seen is in `text`."""

import textwrap
from collections.abc import Callable, Iterator

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from advisor.finding import Change, Finding, Report
from advisor.render.figure import logarithmic, not_finite
from advisor.render.layout import Drawn, Flowing, Titled
from advisor.render.offered_changes import indented, sentence, shown, to_be_sure
from advisor.render.report_words import (
    UNSURE,
    between,
    change_text,
    curve_of,
    extent,
    facts_of,
    heading,
    kind_of_log,
    leading,
    loud_findings,
    read_as,
    run_label,
    shortened,
    unchecked,
)
from advisor.render.terminal import lines_of
from advisor.render.text import COLORS, SIGNS, in_words, naming
from advisor.render.track_record import track_record
from advisor.scalar import Scalar
from advisor.wording import clean, counted, first_few

Proof = Callable[[Report], str]  # the command that tries the first change on the training itself; empty where there is none
SAID, LATER = 290, 150  # characters of the first finding's sentence and of the reason to change, whose end has the condition; of others
FINDINGS, NOTES = 2, 1  # told; the others are counted
NAME = 90  # columns of the run's name
ROWS = 3  # of the curve
TITLE = 14  # columns of a row's title


def no_proof(report: Report) -> str:
    """Where nothing is known that could try a change."""
    return ""


def blocks(report: Report, proof: Proof = no_proof) -> Iterator[RenderableType]:
    """The parts from top to bottom; at a width of 100 they are at most 30 lines, whatever was found."""
    yield from lines_of("the text of the verdict", headline, report, instead=f"{report.run.path}  {report.verdict}  ")
    if report.run.unread:
        return
    for i, finding in enumerate(report.findings[:FINDINGS]):
        instead = f"{finding.problem}: {clean(finding.message)} "
        yield from lines_of(f"the text of {finding.problem}", seen, finding, i == 0 and report.verdict == "problem", instead=instead)
    if report.first_change:
        yield from lines_of("the text of the first change", to_do, report, report.first_change, proof)
    yield from lines_of("the curve", picture, report)
    yield from lines_of("the causes", why, report)
    yield from lines_of("the text below the findings", footer, report)


def headline(report: Report) -> Iterator[RenderableType]:
    """Name and verdict; of a problem how sure the first one is, and why nothing can be told where that is so, whatever was found."""
    color, found = COLORS[report.verdict], loud_findings(report) if report.verdict == "problem" else []
    names = first_few(dict.fromkeys(f.problem for f in found), FINDINGS)
    said = "Nothing wrong found" if report.verdict == "healthy" else in_words(report)
    name = Text.assemble((SIGNS[report.verdict], color), " ", (shortened(run_label(report), NAME), "bold"))
    yield Flowing([name, Text(names or said, color), Text(track_record(found[0]) if found else "", "dim")], indent=2)


def seen(finding: Finding, first: bool) -> Iterator[RenderableType]:
    """What was seen; of a later finding its name too, and whose cause it shares."""
    said = clean(finding.message)
    if first:
        yield indented(Text(cut(said, SAID)), 2)
        return
    shared = f" (the same cause as {finding.same_cause_as})" if finding.same_cause_as else ""
    name = (f"{finding.problem}{shared}: ", COLORS[finding.level])
    yield row("Also" if finding.level != "note" else "Note", Text.assemble(name, cut(said, LATER)))


def to_do(report: Report, change: Change, proof: Proof) -> Iterator[RenderableType]:
    """The change, its interval and its line; why; and the command that proves it."""
    title, about = heading(report), f" ({between(change)})" if change.interval else ""
    width = max(TITLE, len(title) + 2)
    code = [Text(cut(clean(line), LATER), "green") for line in change.how.values()]
    yield row(title, Flowing([Text.assemble((change_text(change), "bold"), (about, "dim")), *code]), width, "bold green")
    if change.why:
        yield row("", Text(cut(sentence(change.why), SAID)), width)
    if command := proof(report):
        yield row("", Text.assemble("Prove it: ", (command, "green")), width)


def picture(report: Report) -> Iterator[RenderableType]:
    """The curve of the leading finding with its steps marked; of a run without one, its first signal."""
    run, finding = report.run, leading(report)
    found = curve_of(finding, run) if finding else None
    name, first = next(((name, s) for name, s in run.signals.items() if isinstance(s, Scalar)), ("", None))
    if found:
        curve, fact = found
        yield row(beside(curve, fact.signal), Drawn(curve, fact.signal, fact.first_step, fact.last_step, ROWS))
    elif first is not None and len(first) > 1:
        yield row(beside(first, name), Drawn(first, name, height=ROWS))


def beside(curve: Scalar, name: str) -> Text:
    """What stands beside a figure: the signal's name, and how it is drawn where that is not plain."""
    marked = [clean(name), "log scale" if logarithmic(curve.finite().values) else "", "× not finite" if not_finite(curve) else ""]
    return Text("\n".join(filter(None, marked)), "dim")


def why(report: Report) -> Iterator[RenderableType]:
    """A line for each of the likeliest causes, and what would tell them apart."""
    if (finding := leading(report)) is None:
        return
    causes = Table.grid(padding=(0, 2, 0, 0))
    for i, cause in enumerate(shown(finding, report)):
        causes.add_row(
            Text(f"{cause.probability:>4.0%}", "magenta"),
            Text(cause.cause, "bold"),
            Flowing([*map(Text, facts_of(cause))], "; ", most=1 if i else 2),
        )
    if finding.causes:
        yield row("Why", causes)
    if report.first_change and heading(report) == UNSURE:
        yield row("To be surer", Text(cut(to_be_sure(report.first_change, finding), LATER)))
    elif finding.missing:
        yield row("To be surer", Text(cut(f"log {first_few(finding.missing)} next time; they decide between the causes.", LATER)))


def footer(report: Report) -> Iterator[RenderableType]:
    """What was read, what the reader had to say, what was fine, and where to read on."""
    for note in dict.fromkeys([*report.run.gaps, *report.run.notes][:NOTES]):
        yield row("Note", Text(cut(clean(note), LATER)))
    if report.faults:
        more = f" and {counted(len(report.faults) - 1, 'other')}" if len(report.faults) > 1 else ""
        yield row("Fault", Text(clean(f"{report.faults[0].part}: {report.faults[0]}{more}")))
    if hint := naming(report):
        yield row("Name it", Text(cut(hint, SAID)))
    read = [extent(report.run), *kind_of_log(report), *read_as(report.run)]
    yield row("Read", Flowing([Text(cut(clean(part), LATER), "dim") for part in read], " · ", most=2))
    yield indented(Text(counts(report), "dim"), 2)


def counts(report: Report) -> str:
    """How much was looked at, what is left out here, and what explains the first finding."""
    passed, unable = len(report.passed), unchecked(report)
    left = [
        f"{counted(passed, 'check')} passed",
        f"{unable} could not run" if unable else "",
        counted(len(report.findings) - FINDINGS, "more finding") if len(report.findings) > FINDINGS else "",
        counted(len(report.run.notes) - NOTES, "more note") if len(report.run.notes) > NOTES else "",
    ]
    more = f" · advisor explain {report.findings[0].problem}" if report.findings else ""
    return f"{', '.join(filter(None, left))} (--verbose){more}"


def row(title: str | Text, content: RenderableType, width: int = TITLE, style: str = "bold") -> RenderableType:
    """The content beside its title, moved right."""
    return indented(Titled(title, content, width, style), 2)


def cut(words: str, most: int) -> str:
    """The words, of many the first, to the end of a clause where one ends beyond the middle."""
    if len(words) <= most:
        return words
    kept = textwrap.shorten(words, most, placeholder=" …")
    clause = kept.rpartition("; ")[0]
    return f"{clause}." if len(clause) > most / 2 else kept
