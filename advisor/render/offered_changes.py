"""The changes a report offers: the one to make first in a frame, those of a finding in a list."""

from collections.abc import Iterator

from rich.console import RenderableType
from rich.padding import Padding
from rich.text import Text

from advisor.finding import Cause, Change, Finding, Report
from advisor.render.layout import Framed
from advisor.render.report_words import TOP, UNSURE, change_text, heading, interval, reason_to_change
from advisor.wording import clean, first_few

WORTH_TRYING = 0.1  # of the causes after the first: what less probable ones would have changed is not told


def first_change(report: Report, change: Change) -> Iterator[RenderableType]:
    """The change in a frame: what, how far it may go, why, and the line that makes it."""
    owner, over = reason_to_change(report), heading(report)
    rows = [Text.assemble((change_text(change), "bold"), (f"   {interval(change)}", "dim"))]
    rows += reason(change)
    if owner:
        finding, cause = owner
        rows.append(Text(f"For {finding.problem}, because of {cause.cause} ({cause.probability:.0%}). Change one thing at a time.", "dim"))
        if over == UNSURE:
            rows.append(Text(f"To be sure: {to_be_sure(change, finding)}"))
    yield Text()
    yield Framed(rows, over, "green")


def to_be_sure(change: Change, finding: Finding) -> str:
    """What would decide whether the change is for the right cause."""
    if change.hparam == "lr":
        return "advisor probe races learning rates on this training."
    if finding.missing:
        return f"log {first_few(finding.missing)} next time; they decide between the causes."
    return "advisor probe measures this training."


def changes(finding: Finding, report: Report) -> Iterator[RenderableType]:
    """The changes of the first cause and of those nearly as probable; the one that stands at the top of the report is only named."""
    at_top = report.first_change
    likely = (c for i, c in enumerate(shown(finding, report)) if i == 0 or c.probability >= WORTH_TRYING or at_top in c.changes)
    offered = [change for cause in likely for change in cause.changes]
    if offered:
        yield indented(Text("Try", "bold"), 2)
    for change in offered:
        first = change == report.first_change
        yield indented(
            Text(change_text(change), "bold").append("   the first change, above" if first else f"   {interval(change)}", "dim not bold"), 4
        )
        if not first:
            yield from (indented(line, 6) for line in reason(change))


def shown(finding: Finding, report: Report) -> tuple[Cause, ...]:
    """The causes that are told: the most probable ones, and the one that the change at the top of the report is for."""
    return tuple(cause for i, cause in enumerate(finding.causes) if i < TOP or report.first_change in cause.changes)


def reason(change: Change) -> list[Text]:
    """Why, and the lines that make the change."""
    why = [Text(sentence(change.why))] if change.why else []
    return why + [Text(clean(line), "green") for line in change.how.values() if line]


def sentence(words: str) -> str:
    """Words from elsewhere as a sentence on one line: a capital first, and an end."""
    words = clean(words).strip()
    return words[:1].upper() + words[1:] + ("" if not words or words[-1] in ".!?" else ".")


def indented(block: RenderableType, columns: int) -> Padding:
    """The block, moved right by so many columns."""
    return Padding(block, (0, 0, 0, columns), expand=False)
