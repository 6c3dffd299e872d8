"""The page of one run, or of many: `render(reports)` fills the templates beside this file."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from advisor.finding import Change, Report
from advisor.judging.changes import stamped
from advisor.render import report_words
from advisor.render.offered_changes import sentence
from advisor.render.page.panels import Panel, panels, small
from advisor.render.ranking import Ranking
from advisor.render.text import SIGNS, in_words, naming
from advisor.render.track_record import track_record
from advisor.wording import clean, counted, number, steps

if TYPE_CHECKING:
    from jinja2 import Environment
    from markupsafe import Markup

TEMPLATES = Path(__file__).with_name("templates")
TOLD = 100  # of many runs so many are told of, the worst first
NOTES = 30


def render(reports: Iterable[Report], above: str = "", pictures: Sequence[Panel] = (), title: str = "") -> str:
    """The page of these reports; `above` is a text, and `pictures` are curves, that stand before them."""
    ranking = Ranking(TOLD)
    for report in reports:
        ranking.add(report)
    return render_ranked(ranking, above=above, pictures=pictures, title=title)


def render_ranked(
    ranking: Ranking,
    whole: Callable[[Report], Report] | None = None,
    above: str = "",
    pictures: Sequence[Panel] = (),
    title: str = "",
) -> str:
    """The page of those that a ranking kept; `whole` gives a report with the curves of its run, where it has none."""
    worst = ranking.worst
    if ranking.total == 1:
        worst = [whole(report) if whole else report for report in worst]
    title = title or (report_words.run_label(worst[0]) if ranking.total == 1 else counted(ranking.total, "run"))
    given = {
        "ranking": ranking,
        "reports": worst,
        "above": set_in_lines(above),
        "pictures": pictures,
        "title": title,
        "whole": whole or (lambda r: r),
    }
    return environment().get_template("page.html").render(given)


@cache
def environment() -> "Environment":
    """Where the templates are filled: all that is put in is made safe for a terminal's and a browser's eyes, and escaped."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    made = Environment(
        loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, finalize=plain
    )
    made.filters |= {"number": number, "whole": "{:.0%}".format, "steps": lambda e: steps(e.first_step, e.last_step)}
    made.globals |= {
        name: getattr(report_words, name)
        for name in (
            *("between", "change_text", "heading", "loud_findings", "odds_text", "extent", "kind_of_log"),
            *("reason_to_change", "run_label", "unchecked", "weightiest"),
        )
    }
    made.globals |= {"SIGNS": SIGNS, "NOTES": NOTES, "panels": panels, "small": small, "in_words": in_words, "naming": naming}
    made.globals |= {"track_record": track_record, "line_before": line_before, "lacking": lacking, "sentence": sentence}
    return made


def plain(value: Any) -> Any:
    """Text from elsewhere on one line, without control characters and marks that turn its direction; all else as it is."""
    return clean(value) if isinstance(value, str) and not hasattr(value, "__html__") else value


def set_in_lines(text: str) -> "Markup":
    """The text with its lines and their indentation kept, each made safe."""
    from markupsafe import Markup

    return Markup("\n").join(line[: len(line) - len(line.lstrip(" "))] + clean(line) for line in text.splitlines())


def line_before(change: Change, report: Report, framework: str) -> str:
    """The line as it stands today, in the same framework; empty where today's value is no number or the line does not show it."""
    if isinstance(change.to, str) or not isinstance(change.from_, int | float) or change.to is None:
        return ""
    today = replace(change, to=change.from_, how={})
    said = stamped(today, report.run.signals.get("hparams") or {}, report.run.signals.get("framework") or "").how.get(framework, "")
    return said if said != change.how.get(framework) else ""


def lacking(report: Report) -> dict[str, list[str]]:
    """What was not logged, and which problems could not be looked for without it."""
    lacks: dict[str, list[str]] = {}
    for problem, lack in report.skipped.items():
        lacks.setdefault(lack, []).append(problem)
    return lacks


def framed(report: Report) -> str:
    """The page in a frame of its own, for a notebook: its styles stay inside, and nothing in it can act."""
    from markupsafe import escape

    title = escape(plain(report_words.run_label(report)))
    style = "width:100%;height:40rem;border:0"
    return f'<iframe sandbox title="advisor: {title}" style="{style}" srcdoc="{escape(render([report]))}"></iframe>'
