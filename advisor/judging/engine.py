"""Problems seen, causes weighed, one change first."""

from collections.abc import Iterable, Set
from dataclasses import replace
from functools import cache

import numpy as np

from advisor.coverage.covered import coverage_of
from advisor.evidence import weights
from advisor.evidence.sanity_facts import NOT_PROBED
from advisor.finding import LEVELS, LOUD, Finding, Report, Verdict
from advisor.frameworks import framework_of
from advisor.judging.any_loss import broken_losses
from advisor.judging.first import first_change
from advisor.judging.rules import Rule, problems
from advisor.judging.settings import DEFAULTS, Settings
from advisor.judging.weighing import explain
from advisor.run import EXCERPT, OTHERS, Run
from advisor.statistics.curve_shape import CannotTell, TooFew
from advisor.tasks import ANY_LOSS, Task, task_of, thresholds

JUDGES = ("exploding-loss", "loss-not-decreasing")  # the problems that judge the training loss
OF_VALIDATION = "overfitting"  # the problem that judges the validation loss
LEFT_OUT = "left out, as was asked"
CUT_SHORT = "a probe cut this training short, so its end says nothing"
NO_START = "the log does not begin where the training began"
IN_WARMUP = "the learning rate was still in its warm-up at the last step"
IN_TURN = "several optimizers step in turn, so the loss of one need not fall"


def diagnose(run: Run, rules: Iterable[Rule] | None = None, settings: Settings = DEFAULTS) -> Report:
    """Apply every problem that has its signals, or these `rules`, weigh the causes of each found, and put the most important first."""
    if run.unread:
        return Report(run, "cannot-tell", reason=run.unread)
    look_at(run, settings)
    findings, passed, skipped, few = [], [], {}, set()
    with np.errstate(all="ignore"):  # a loss may be of any size: what it overflows to is judged, not complained of
        for rule in problems() if rules is None else rules:
            try:
                found = findings_of(rule, run, settings)
            except CannotTell as lack:
                skipped[rule.name] = str(lack)
                few |= {rule.name} if isinstance(lack, TooFew) else set()
                continue
            findings += found
            if not found:
                passed.append(rule.name)
        findings = explain_all(sorted(findings, key=importance), run, settings)
    judged, reason = verdict(findings, passed, skipped, run.signal("task"), few)
    return Report(run, judged, first_change(findings, run), tuple(findings), tuple(passed), skipped, reason)


def look_at(run: Run, settings: Settings = DEFAULTS) -> None:
    """What kind of log it is, asked before any rule judges, and kept as signals of the run."""
    run.signals["coverage"], run.signals["task"], run.signals["framework"] = (
        coverage_of(run),
        task_of(run, settings.task),
        framework_of(run),
    )


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
    if (task := run.signal("task")) and task.cannot_tell and rule.name == ANY_LOSS:
        return [with_calibrated_confidence(replace(f, problem=rule.name)) for f in broken_losses(run)]
    if run.hparams.get(EXCERPT) and rule.at_the_end:
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
    if task and (why := task.without(rule.name)):
        return why
    if coverage and coverage.schedule == "warm-up" and (rule.at_the_end or rule.at_full_rate):
        return IN_WARMUP
    return NO_START if coverage and coverage.begins is False and rule.from_the_start else ""


def explain_all(findings: Iterable[Finding], run: Run, settings: Settings) -> list[Finding]:
    """Each finding explained in the light of those before it: what explains two is likelier than two things that explain one each."""
    told: list[Finding] = []
    for finding in findings:
        before = {f.causes[0].cause: f for f in reversed(told) if f.causes}
        now = explain(finding, run, {cause: f.causes[0].probability for cause, f in before.items()}, settings)
        leader = before.get(now.causes[0].cause) if now.causes else None
        told.append(replace(now, same_cause_as=leader.problem) if leader else now)
    return told


def with_calibrated_confidence(finding: Finding) -> Finding:
    """The finding, as sure as findings of its problem have been right."""
    return replace(finding, confidence=weights.confidence(finding))


def importance(finding: Finding):
    """The key that sorts findings: errors, warnings, notes, and among these the surest first.

    Of findings that are about as sure, one that judges where the run ended comes last: what is wrong on the way explains it.
    """
    at_the_end = finding.problem in _at_the_end()
    return LEVELS.index(finding.level), -round(finding.confidence, 1), at_the_end, -finding.confidence


@cache
def _at_the_end() -> set[str]:
    return {rule.name for rule in problems() if rule.at_the_end}


def verdict(findings, passed, skipped, task: Task | None = None, few: Set[str] = frozenset()) -> tuple[Verdict, str]:
    """A run is healthy only if its losses were judged, as far as the user lets them be, and nothing loud was found; else why not.

    A validation loss of too few points, named in `few`, may have turned up: that is no health. One that was not logged is none to judge.
    """
    if any(f.level in LOUD for f in findings):
        return "problem", ""
    if task and task.cannot_tell:
        return "cannot-tell", task.cannot_tell
    asked = [name for name in JUDGES if skipped.get(name) != LEFT_OUT] + [OF_VALIDATION] * (OF_VALIDATION in few)
    if passed and set(asked) <= set(passed):
        return "healthy", ""
    return "cannot-tell", next((skipped[name] for name in asked or skipped if skipped.get(name, LEFT_OUT) != LEFT_OUT), "")
