"""Findings, changes and runs in a person's words."""

import numpy as np
from rich.cells import cell_len, set_cell_size

from advisor.evidence.sanity_facts import NOT_PROBED
from advisor.finding import Cause, Change, Evidence, Finding, Report
from advisor.judging.first import SURE
from advisor.run import Run
from advisor.scalar import Scalar
from advisor.tasks import DEFAULT
from advisor.wording import clean, counted, number, place, steps

FEW = 3  # points of a counter: with fewer it may be any
UNSURE = "Most likely to help"  # over a change whose cause is not the likelier one
TOP = 3  # causes shown, and facts for each
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
    return f"anything from {between(change)}" if change.interval else ""


def between(change: Change) -> str:
    """The two ends of its interval, empty where it has none."""
    if change.interval is None:
        return ""
    low, high = (number(end) for end in change.interval)
    return f"× {low} to × {high}" if change.to is None else f"{low} to {high}"


def heading(report: Report) -> str:
    """What stands over the first change: how far it may be trusted."""
    owner = reason_to_change(report)
    if owner is None:
        return "Check first"
    return UNSURE if owner[1].probability < SURE else "Change first"


def reason_to_change(report: Report) -> tuple[Finding, Cause] | None:
    """The finding and the cause that the first change is for; None where there is no first change, and of a check, which is for none."""
    first = ((f, c) for f in loud_findings(report) for c in f.causes if report.first_change in c.changes)
    return next(first, None)


def leading(report: Report) -> Finding | None:
    """The finding that the first change is for, else the first that is loud; None where there is none."""
    owner = reason_to_change(report)
    return owner[0] if owner else next(iter(loud_findings(report)), None)


def weightiest(cause: Cause) -> list[Evidence]:
    """The facts that weigh most for and against it."""
    return sorted((e for e in cause.evidence if e.weight), key=lambda e: -abs(e.weight or 0))[:TOP]


def facts_of(cause: Cause) -> list[str]:
    """The facts that weigh most, each in a few words; the cause in a sentence where nothing is known for or against it."""
    said = [f"{'' if (e.weight or 0) > 0 else 'but '}{clean(e.fact)}: {number(e.value)}" for e in weightiest(cause)]
    return said or [clean(cause.message)]


def run_label(report: Report) -> str:
    """The run by its path; by its name too where that is not a part of it."""
    path, name = place(report.run.path), clean(report.run.name)
    return path if path.endswith(name) or name == clean(report.run.path.resolve().name) else f"{name} ({path})"


def shortened(name: str, most: int) -> str:
    """The name in so many columns, of a long one its two ends: runs of one search differ at the end."""
    if cell_len(name) <= most:
        return name
    half = (most - 1) // 2
    return f"{set_cell_size(name, half).rstrip()}…{set_cell_size(name[::-1], half).rstrip()[::-1]}"


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


def read_as(run: Run) -> list[str]:
    """Which tag is which signal, for each that was recognized."""
    curves = [(name, s.tag) for name, s in run.signals.items() if isinstance(s, Scalar)]
    return [name if tag in ("", name) else f"{name} = {tag}" for name, tag in curves]


def extent(run: Run) -> str:
    """From which step to which it was logged, and how many scalars."""
    curves = sum(isinstance(s, Scalar) for s in run.signals.values())
    span = f"{steps(*run.steps)}{', each an epoch' * counts_epochs(run)}" if run.steps else "no steps"
    return f"{span} · {counted(len(run.scalars) or curves, 'scalar')}"


def unchecked(report: Report) -> int:
    """How many problems could not be looked for, without those that only a probe looks for."""
    return sum(lack != NOT_PROBED for lack in report.skipped.values())


def curve_of(finding: Finding, run: Run) -> tuple[Scalar, Evidence] | None:
    """The curve that its first fact lies on, of those that lie on one, and that fact."""
    for e in finding.evidence:
        curve = run.signals.get(e.signal)
        curve = curve if isinstance(curve, Scalar) else run.scalars.get(e.tag)
        if curve is not None and len(curve) > 1:
            return curve, e
    return None
