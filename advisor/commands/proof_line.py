"""The command that tries a report's first change on the training itself."""

import shlex

from advisor.finding import Report

SCRIPT = "train.py"  # where nobody said which made the run


def proof_line(report: Report, script: str = SCRIPT) -> str:
    """As one would type it; empty where no knob makes the change."""
    from probes.trying.proving.from_report import settings_of_change

    settings = settings_of_change(report.first_change, report) if report.first_change else ()
    return shlex.join(["advisor", "try", script, *(word for one in settings for word in ("--set", one.told))]) if settings else ""
