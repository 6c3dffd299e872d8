"""One run while it is being written: what can be said of it before it has ended.

A rule judges a run as if it had ended, so on the way to a good end much is seen that passes: a noisy loss has not fallen yet after ten
points, and every loss "still falls" before it stops. Therefore
- what is no matter of statistics (the loss is NaN or infinite, a text log tells of a failure) counts at once;
- any other problem counts once it is found in the run as it stands *and* as it stood PATIENCE points of training loss ago (or LONG
  seconds, where points are rare), and until it is found in neither; of two levels the milder counts;
- a problem that judges where a run ended (`AT_THE_END` in its file), and what is only a note, counts when nothing new came for ENDED
  seconds, as all others do then.
Until then they are `unsure`. A run is called healthy when it was long enough to be judged PATIENCE points ago.
"""

from collections.abc import Mapping
from dataclasses import replace
from functools import cache

import numpy as np

from advisor.finding import LEVELS, LOUD, Finding, Report
from advisor.judging import engine, rules
from advisor.judging.first import first_change
from advisor.judging.order import in_order
from advisor.judging.settings import DEFAULTS, Settings
from advisor.run import Run
from advisor.scalar import Scalar
from advisor.statistics.curve_shape import ENOUGH

PATIENCE = 50  # points
LONG = 600.0  # seconds
FEWEST = 5  # points, however long they took
SILENT = 60.0  # seconds without a point, the least after which one may ask
PAUSE = 3  # times the longest gap between points so far: a validation, not the end
RECENT = 200  # points whose gaps are looked at
LONGEST = 3600.0  # seconds; a longer gap was a night between two sessions
ENDED = 600.0  # seconds


def progress_curve(run: Run) -> Scalar | None:
    """The curve by which a run's progress is counted: its training loss, else the longest."""
    return run.signal("train_loss") or max(run.scalars.values(), key=len, default=None)


def finite_wall(curve: Scalar | None) -> np.ndarray:
    """When the points were logged, seconds since the epoch, ascending, shape (n,); empty where the format does not say of every point."""
    return np.sort(curve.wall) if curve is not None and len(curve) and np.isfinite(curve.wall).all() else np.zeros(0)


def silence_limit(run: Run) -> float:
    """Seconds without a new point after which one may ask whether it is still training."""
    curve = progress_curve(run)
    gaps = np.diff(finite_wall(curve[-RECENT:] if curve is not None else None))
    return max(SILENT, min(PAUSE * gaps.max(), LONGEST), 10 * float(np.median(gaps))) if len(gaps) else ENDED


def points_back(curve: Scalar) -> int:
    """How many of the last points have to bear a finding out."""
    wall = finite_wall(curve)
    if not len(wall) or wall[-1] - wall[0] <= LONG:
        return PATIENCE
    return min(PATIENCE, max(FEWEST, int((wall > wall[-1] - LONG).sum())))


def points_needed(run: Run) -> tuple[int, int]:
    """Finite points of training loss, and how many there must be before a run underway is judged."""
    loss = run.signal("train_loss")
    return (len(loss.finite()), ENOUGH + points_back(loss)) if loss is not None and len(loss) else (0, ENOUGH + PATIENCE)


def run_before(run: Run) -> Run:
    """The run as it stood some points ago."""
    curve = progress_curve(run)
    if curve is None or len(curve) <= (back := points_back(curve)):
        return replace(run, scalars={}, lines=(), tags={})
    step = int(curve.steps[-1 - back])
    scalars = {tag: s.between(last=step) for tag, s in run.scalars.items() if len(s) and s.steps[0] <= step}
    return replace(run, scalars=scalars, lines=(), tags={signal: tag for signal, tag in run.tags.items() if tag in scalars})


def judge_unfinished(run: Run, held: Mapping[str, Finding], ended: bool, settings: Settings = DEFAULTS) -> tuple[Report, tuple[str, ...]]:
    """The report with only the findings that count, and the problems that are unsure; `held` are the findings that counted so far."""
    report = engine.diagnose(run, settings=settings)
    found = worst(report)
    then = worst(engine.diagnose(run_before(run), settings=settings)) if not ended and found.keys() | held.keys() else {}
    kept = found if ended else {name: f for name in {**found, **held} if (f := counted(name, found, then, held, run))}
    faulty = faulty_problems(report)
    kept |= {name: held[name] for name in held.keys() & faulty}  # what counted goes on to count while nobody can look for it
    unsure = tuple(name for name, f in found.items() if name not in kept and f.level in LOUD)
    findings = tuple(in_order(kept.values()))
    points, needed = points_needed(run)
    passed = {*report.passed, *(found.keys() - kept.keys())} if ended or points >= needed else set()
    verdict, reason = engine.verdict(findings, passed, report.skipped, run.signal("task"), faulty, run.gaps if ended else ())
    return replace(report, findings=findings, verdict=verdict, reason=reason, first_change=first_change(findings, run)), unsure


def faulty_problems(report: Report) -> set[str]:
    """The problems that could not be looked for, for a fault of ours."""
    said = set(map(str, report.faults))
    return {rule.name for rule in rules.problems() if report.skipped.get(rule.name) in said}


def counted(name: str, found: Mapping, then: Mapping, held: Mapping, run: Run) -> Finding | None:
    """The finding where it counts, at the level that is sure; `found` are those of now, `then` those of before."""
    now = found.get(name)
    if now and is_certain(run, now):
        return now
    if now and now.level == "note" and name not in held:
        return None  # what is only worth knowing can wait until the run has ended
    if name in at_the_end() or not (name in held or (now and name in then)) or not (now or name in then):
        return None
    level = max((f.level for f in (now, then.get(name) or held[name]) if f), key=LEVELS.index)
    return replace(now or held[name], level=level)


def is_certain(run: Run, finding: Finding) -> bool:
    """Whether it is no matter of statistics: a text log tells of it, or the loss is no number any more."""
    loss = run.signal("train_loss")
    broken = finding.level == "error" and loss is not None and len(loss) and not np.isfinite(loss.values[-1])
    return any(e.signal == "lines" or (broken and e.signal == "train_loss") for e in finding.evidence)


def worst(report: Report) -> dict[str, Finding]:
    """The most important finding of each problem."""
    return {f.problem: f for f in reversed(report.findings)}


@cache
def at_the_end() -> frozenset[str]:
    """The names of the problems that judge where a run ended."""
    return frozenset(rule.name for rule in rules.problems() if rule.at_the_end)
