"""From what a report advises to changes that can be tried: the first one, then the next causes', one at a time."""

from collections.abc import Iterator

from advisor.errors import AdvisorError
from advisor.finding import LOUD, Change, Finding, Report
from probes.knobs import knob
from probes.trying.change import Setting

RATE = "1e-3"  # that an adaptive optimizer is begun with in place of SGD


def changes_of(report: Report, most: int = 3) -> tuple[Finding | None, list[tuple[Change, tuple[Setting, ...]]]]:
    """The first finding that a change can mend, and the changes that can be tried, the first one first; None and none without one."""
    for finding in report.findings:
        if finding.level in LOUD and (found := list(distinct(finding, report)))[:1]:
            return finding, found[:most]
    return None, []


def distinct(finding: Finding, report: Report) -> Iterator[tuple[Change, tuple[Setting, ...]]]:
    """Of each cause, the likeliest first, the first change that can be tried; none twice. The report's own first change comes first."""
    listed = [change for rank in range(3) for cause in finding.causes for change in cause.changes[rank : rank + 1]]
    ordered = [change for change in listed if change == report.first_change] + listed
    seen: set[tuple[Setting, ...]] = set()
    for change in ordered:
        settings = settings_of_change(change, report)
        if settings and settings not in seen:
            seen.add(settings)
            yield change, settings


def settings_of_change(change: Change, report: Report) -> tuple[Setting, ...]:
    """The change as settings of knobs; none where no knob makes it."""
    text, turned = text_of(change, report), knob(change.hparam)
    if text is None or turned is None:
        return ()
    try:
        one = Setting(change.hparam, turned.parse(text))
    except AdvisorError:
        return ()
    return (one, Setting("lr", float(RATE))) if change.hparam == "optimizer" else (one,)


def text_of(change: Change, report: Report) -> str | None:
    """The value that is to be set, as it would be typed; None where nobody knows what it is now."""
    to, now = change.to, change.from_ if change.from_ is not None else report.run.hparams.get(change.hparam)
    if change.hparam == "schedule" and isinstance(to, int | float):
        return "cosine"  # of so many steps
    if to is not None:
        return f"{to:g}" if isinstance(to, float) else str(to)
    if change.by is None or not isinstance(now, int | float) or isinstance(now, bool):
        return None
    return f"{change.by * now:g}" if isinstance(now, float) else str(max(1, round(change.by * now)))
