"""Findings, changes and runs in a person's words."""

import numpy as np

from advisor.finding import Cause, Change, Finding, Report
from advisor.run import Run
from advisor.scalar import Scalar
from advisor.tasks import DEFAULT
from advisor.wording import clean, number, place

FEW = 3  # points of a counter: with fewer it may be any
CONFIDENCE = ((0.95, "almost certain"), (0.85, "very likely"), (0.7, "likely"), (0.4, "possible"), (0.0, "doubtful"))


def likelihood(confidence: float) -> str:
    """A confidence from 0 to 1 in words, "doubtful" to "almost certain"."""
    return next(word for least, word in CONFIDENCE if confidence >= least)


def odds_text(weight: float) -> str:
    """Decibans as what they do to the odds."""
    factor = 10 ** (abs(weight) / 10)
    return (
        f"{factor:.0f}× {'likelier' if weight > 0 else 'less likely'}"
        if factor >= 9.5
        else f"{factor:.1f}× {'likelier' if weight > 0 else 'less likely'}"
    )


def change_text(change: Change) -> str:
    """The change itself: lr 0.1 → 0.01, lr × 0.1, patience → 10."""
    if change.to is None:
        return f"{clean(change.hparam)} × {number(change.by)}" + (f" (now {number(change.from_)})" if change.from_ is not None else "")
    return (
        f"{clean(change.hparam)} {number(change.from_)} → {number(change.to)}"
        if change.from_ is not None
        else f"{clean(change.hparam)} → {number(change.to)}"
    )


def interval(change: Change) -> str:
    """Between which values the change is reasonable, empty where that is not known."""
    if change.interval is None:
        return ""
    low, high = (number(end) for end in change.interval)
    return f"anything from × {low} to × {high}" if change.to is None else f"anything from {low} to {high}"


def reason_to_change(report: Report) -> tuple[Finding, Cause] | None:
    """The finding and the cause that the first change is for; None where there is no first change, and of a check, which is for none."""
    first = ((f, c) for f in loud_findings(report) for c in f.causes if report.first_change in c.changes)
    return next(first, None)


def run_label(report: Report) -> str:
    """The run by its path; by its name too where that is not a part of it."""
    path, name = place(report.run.path), clean(report.run.name)
    return path if path.endswith(name) or name == clean(report.run.path.resolve().name) else f"{name} ({path})"


def loud_findings(report: Report) -> list[Finding]:
    """The errors and warnings among its findings, in their order."""
    return [f for f in report.findings if f.level != "note"]


def counts_epochs(run: Run) -> bool:
    """Whether what its steps count is seen to be epochs: the epoch that was logged goes with them one by one."""
    epoch = run.signals.get("epoch")
    if not isinstance(epoch, Scalar) or len(seen := epoch.finite()) < FEW or not run.steps:
        return False
    one_by_one = np.ptp(seen.values - seen.steps) == 0 and np.ptp(seen.steps) > 0
    return bool(one_by_one) and int(seen.steps[-1]) == run.steps[1]


def kind_of_log(report: Report) -> list[str]:
    """What the log covers and which task it is, as far as that is not what one would think."""
    coverage, task = report.run.signals.get("coverage"), report.run.signals.get("task")
    return [*(coverage.words if coverage else ()), *([task.words] if task and task.name != DEFAULT else ())]
