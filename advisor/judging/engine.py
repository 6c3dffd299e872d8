"""Problems seen, causes weighed, one change first."""

from collections.abc import Iterable, Sequence, Set
from dataclasses import replace

import numpy as np

from advisor.coverage.covered import coverage_of
from advisor.errors import AdvisorError
from advisor.evidence import weights
from advisor.evidence.sanity_facts import NOT_PROBED
from advisor.faults import PASSED_ON, Fault, contained, gathered, tell
from advisor.finding import LOUD, Finding, Report, Verdict
from advisor.frameworks import framework_of
from advisor.judging.again import with_command
from advisor.judging.any_loss import broken_losses, said_alone
from advisor.judging.first import first_change
from advisor.judging.order import JUDGES, OF_VALIDATION, in_order
from advisor.judging.rules import FaultySignal, Rule, problems
from advisor.judging.settings import DEFAULTS, Settings
from advisor.judging.weighing import explain
from advisor.run import EXCERPT, OTHERS, Run
from advisor.statistics.curve_shape import CannotTell, TooFew
from advisor.tasks import ANY_LOSS, Task, task_of, thresholds

LEFT_OUT = "left out, as was asked"
CUT_SHORT = "a probe cut this training short, so its end says nothing"
NO_START = "the log does not begin where the training began"
IN_WARMUP = "the learning rate was still in its warm-up at the last step"
IN_TURN = "several optimizers step in turn, so the loss of one need not fall"


def diagnose(run: Run, rules: Iterable[Rule] | None = None, settings: Settings = DEFAULTS) -> Report:
    """Apply every problem that has its signals, or these `rules`, weigh the causes of each found, and put the most important first.

    A fault of ours costs what hangs on it, and stands in `faults` and `skipped`; where memory or the stack ran out it costs the report.

    Raises
    ------
    AdvisorError
        The user gave the run a tag that it did not log.
    """
    if run.unread:
        return Report(run, "cannot-tell", reason=run.unread, faults=told(run.faults, run, settings))
    with gathered() as faults:
        with contained("judging", but=(AdvisorError,)) as outcome:
            report = judged(run, problems() if rules is None else rules, settings, faults)
        if outcome.fault:
            known = run if "signals" in vars(run) else replace(run, scalars={}, histograms={})
            report = Report(known, "cannot-tell", reason=f"{outcome.fault} ({outcome.fault.error})")
    return replace(report, faults=told([*run.faults, *faults], run, settings))


def told(faults: Iterable[Fault], run: Run, settings: Settings) -> tuple[Fault, ...]:
    """Each fault once, with the command line by which it is seen again."""
    return tuple(with_command(fault, run, settings) for fault in dict.fromkeys(faults))


def judged(run: Run, rules: Iterable[Rule], settings: Settings, faults: list[Fault]) -> Report:
    """The report by these rules; `faults` are those gathered so far, and all that follow."""
    look_at(run, settings)
    findings, passed, skipped, unsure = [], [], {}, set()
    with np.errstate(all="ignore"):  # a loss may be of any size: what it overflows to is judged, not complained of
        for rule in rules:
            if of_another_task(rule, run.signal("task")):
                continue
            found, lack = attempted(rule, run, settings)
            if lack is not None:
                skipped[rule.name] = str(lack)
                unsure |= {rule.name} if may_hide(lack, rule) else set()
                continue
            findings += found
            if not found:
                passed.append(rule.name)
        findings = explain_all(in_order(findings, run.signal("task").judges if run.signal("task") else ()), run, settings)
    said, reason = verdict(findings, passed, skipped, run.signal("task"), unsure, run.gaps)
    skipped |= {fault.part: str(fault) for fault in faults}
    return Report(run, said, first_change(findings, run), tuple(findings), tuple(passed), skipped, reason)


def attempted(rule: Rule, run: Run, settings: Settings) -> tuple[list[Finding], CannotTell | Fault | None]:
    """What a problem's check finds, and, where it could not look, why."""
    try:
        with contained(rule.name, but=(*PASSED_ON, CannotTell)) as outcome:
            return findings_of(rule, run, settings), None
    except CannotTell as lack:
        return [], lack
    return [], outcome.fault


def of_another_task(rule: Rule, task: Task | None) -> bool:
    """Whether the problem is one of a task that this training is not: then nobody looks for it, and nobody is told so."""
    return bool(rule.task) and rule.task != (task.name if task else "")


def may_hide(lack: CannotTell | Fault, rule: Rule) -> bool:
    """Whether the problem may be there, although it could not be looked for.

    So it is after a fault of ours, and of a validation loss that was logged in too few points.
    """
    return isinstance(lack, Fault | FaultySignal) or (isinstance(lack, TooFew) and rule.name == OF_VALIDATION)


def look_at(run: Run, settings: Settings = DEFAULTS) -> None:
    """What kind of log it is, asked before any rule judges, and kept as signals of the run."""
    kinds = {"coverage": coverage_of, "task": lambda run: task_of(run, settings.task), "framework": framework_of}
    for fault in run.faulty.values():  # met when its signals were first asked for, which may be long ago
        tell(fault)
    for name, ask in kinds.items():
        with contained(name) as outcome:
            run.signals[name] = ask(run)
        if outcome.fault:
            run.signals.pop(name, None)
            run.faulty[name] = outcome.fault


def findings_of(rule: Rule, run: Run, settings: Settings) -> list[Finding]:
    """What a problem's check finds in the run.

    Raises
    ------
    CannotTell
        The problem is not to be looked for, or a signal is missing or too short.
    """
    if not settings.wants(rule.name):
        raise CannotTell(LEFT_OUT)
    if why := out_of_place(rule, run):
        raise CannotTell(why)
    task = run.signal("task")
    if rule.name == ANY_LOSS and ((task and task.cannot_tell) or said_alone(run)):
        return [with_calibrated_confidence(replace(f, problem=rule.name)) for f in broken_losses(run)]
    if run.hparams.get(EXCERPT) and rule.of_the_whole:
        raise CannotTell(CUT_SHORT)
    if rule.of_a_fall and run.hparams.get(OTHERS):
        raise CannotTell(IN_TURN)
    if missing := rule.missing(run):
        raise CannotTell(NOT_PROBED if "sanity_check" in missing else "no " + " or ".join(missing) + " was logged")
    limits = {**thresholds(task, rule.name), **settings.thresholds.get(rule.name, {})}
    found = rule.function(**rule.signals(run), **limits)
    return [with_calibrated_confidence(replace(f, problem=rule.name)) for f in found]


def out_of_place(rule: Rule, run: Run) -> str:
    """Why the rule has nothing to judge in a log and a task of this kind; empty where it has."""
    coverage, task = run.signal("coverage"), run.signal("task")
    if task and not rule.task and (why := task.without(rule.name)):
        return why
    if coverage and coverage.schedule == "warm-up" and (rule.at_the_end or rule.at_full_rate):
        return IN_WARMUP
    return NO_START if coverage and coverage.begins is False and rule.from_the_start else ""


def explain_all(findings: Iterable[Finding], run: Run, settings: Settings) -> list[Finding]:
    """Each finding explained in the light of those before it: what explains two is likelier than two things that explain one each."""
    told: list[Finding] = []
    for finding in findings:
        before = {f.causes[0].cause: f for f in reversed(told) if f.causes}
        with contained(f"the causes of {finding.problem}") as outcome:
            now = explain(finding, run, {cause: f.causes[0].probability for cause, f in before.items()}, settings)
        now = finding if outcome.fault else now
        leader = before.get(now.causes[0].cause) if now.causes else None
        told.append(replace(now, same_cause_as=leader.problem) if leader else now)
    return told


def with_calibrated_confidence(finding: Finding) -> Finding:
    """The finding, as sure as findings of its problem have been right."""
    return replace(finding, confidence=weights.confidence(finding))


def verdict(
    findings, passed, skipped, task: Task | None = None, unsure: Set[str] = frozenset(), gaps: Sequence[str] = ()
) -> tuple[Verdict, str]:
    """A run is healthy only if its losses were judged, as far as the user lets them be, and nothing loud was found; else why not.

    Problems in `unsure` may be there although they could not be looked for, and `gaps` tell of what was logged and could not be read: that
    is no health. A validation loss that was not logged is none to judge.
    """
    if any(f.level in LOUD for f in findings):
        return "problem", ""
    if task and task.cannot_tell and not (task.judges and set(task.judges) <= set(passed)):
        return "cannot-tell", next(
            (skipped[name] for name in task.judges if not skipped.get(name, "no ").startswith("no ")), task.cannot_tell
        )
    judges = task.judges if task and task.judges else JUDGES
    asked = [name for name in judges if skipped.get(name) != LEFT_OUT] + sorted(unsure)
    if passed and set(asked) <= set(passed):
        return ("cannot-tell", gaps[0]) if gaps else ("healthy", "")
    return "cannot-tell", next((skipped[name] for name in asked or skipped if skipped.get(name, LEFT_OUT) != LEFT_OUT), "")
