"""The report in few words: at most 1.5 KB of JSON a run, for an agent whose room to read is dear.

Verdict, the change with the line or the command that makes it, three facts, and the next step.
"""

import json
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from advisor.finding import Change, Report
from advisor.render.json import SCHEMA, strict
from advisor.render.report_words import UNSURE, facts_of, heading, leading, loud_findings, shortened
from advisor.render.text import in_words, naming
from advisor.render.track_record import track_record
from advisor.wording import clean, place

FACTS, PROBLEMS = 3, 4
PATH, SAID, LINE, WORD = 120, 160, 200, 40  # columns


def pieces(reports: Iterable[Report], command_of: Callable[[Report], str]) -> Iterator[str]:
    """One object, a report a line, each as soon as it is known; `command_of` is the command that tries a report's change."""
    before = first = f'{{"schema": {SCHEMA}, "brief": ['
    try:
        for report in reports:
            yield before + "\n" + json.dumps(strict(as_dict(report, command_of(report))), ensure_ascii=False, allow_nan=False)
            before = ","
    except (Exception, KeyboardInterrupt) as error:
        if before != first:
            yield f'\n], "incomplete": {json.dumps(str(error) or "interrupted")}}}\n'
        raise
    yield "\n]}\n" if before != first else f"{first}]}}\n"


def as_dict(report: Report, command: str = "") -> dict[str, Any]:
    """One report; keys may be added, none changes its meaning."""
    found = loud_findings(report)
    return {
        "run": short(place(report.run.path), PATH),
        "verdict": report.verdict,
        "problems": [short(name, WORD) for name in dict.fromkeys(f.problem for f in found)][:PROBLEMS],
        "sure": short(track_record(found[0]), SAID) if found else None,
        "change": change(report.first_change, heading(report), command) if report.first_change else None,
        "facts": facts(report),
        "next_step": next_step(report, command),
    }


def change(asked: Change, how_sure: str, command: str) -> dict[str, Any]:
    """What to set to what, the line that does it, and the command that proves it."""
    line = next((clean(line) for line in asked.how.values() if line), "")
    values = {name: short(v, WORD) if isinstance(v, str) else v for name, v in (("from", asked.from_), ("to", asked.to), ("by", asked.by))}
    return {
        "kind": how_sure,
        "hparam": short(asked.hparam, WORD),
        **values,
        "line": short(line, LINE) or None,
        "command": short(command, LINE) or None,
    }


def facts(report: Report) -> list[str]:
    """What was seen, and what speaks for the likeliest cause."""
    finding = leading(report)
    seen = [f.message for f in report.findings[:1]]
    cause = finding.causes[0] if finding and finding.causes else None
    return [short(said, SAID) for said in [*seen, *([f"{cause.cause}: {fact}" for fact in facts_of(cause)] if cause else [])][:FACTS]]


def next_step(report: Report, command: str) -> str:
    """What to do now, in a sentence."""
    if report.verdict == "healthy":
        return "Nothing to change."
    if report.verdict == "cannot-tell":
        return short(naming(report) or in_words(report), SAID)
    if report.first_change is None:
        return "Read the whole report: advisor diagnose RUN --verbose."
    if heading(report) == "Check first":
        return "Make this check before anything is changed."
    if command:
        return "Prove the change by the command, on the script that made the run; then train with it and diagnose again."
    doubt = " It is the likeliest to help, no more." if heading(report) == UNSURE else ""
    return f"Make this one change, train again and diagnose the new run.{doubt}"


def short(words: str, most: int) -> str:
    """The words in at most so many columns."""
    return shortened(clean(words), most)
