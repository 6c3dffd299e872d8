"""Problems seen, causes weighed, one change first.

A rule is a module: its file's name is its name, its signature says which signals it needs (positional), may use (`=None`)
and which thresholds it has (keyword-only). Nothing is registered: a file in advisor/problems/ or advisor/causes/ is found by being there.
"""

import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cache
from types import ModuleType
from typing import Any

from advisor import weights
from advisor.finding import Cause, Change, Evidence, Finding, Report, Verdict
from advisor.hparams import pytorch
from advisor.run import Run
from advisor.settings import Settings
from advisor.signals import SIGNALS
from advisor.stats import CannotTell

LEVELS = ("error", "warning", "note")
LOUD = ("error", "warning")
WORTH_SAYING = 0.02  # causes less probable than this are left out
UNDECIDED = 0.6  # below this probability of the first cause, say what to log next
GIVEN = {"finding"}  # parameters of a cause that are not signals
JUDGES = ("exploding-loss", "loss-not-decreasing")  # the problems that judge the training loss
LEFT_OUT = "left out, as was asked"
AS_THEY_STAND = Settings()


@dataclass(frozen=True, eq=False)
class Rule:
    """A problem or cause module, and what its function asks for."""

    name: str
    module: ModuleType
    function: Callable[..., Iterator[Any]]
    needs: tuple[str, ...]
    uses: tuple[str, ...]

    @property
    def doc(self) -> str:
        return inspect.getdoc(self.module) or ""

    @property
    def headline(self) -> str:
        return self.doc.partition("\n")[0]

    def signals(self, run: Run) -> dict[str, Any]:
        """Every signal it names that the run has, None for the others."""
        return {name: run.signal(name) for name in self.needs + self.uses if name not in GIVEN}

    def missing(self, run: Run) -> list[str]:
        return [name for name in self.needs if name not in GIVEN and run.signal(name) is None]


def rule_of(module: ModuleType, function: str) -> Rule:
    """The rule a module holds.

    Raises
    ------
    TypeError
        The function names a parameter that is no signal; the message gives the file and the line.
    """
    f = getattr(module, function)
    named = [p for p in inspect.signature(f).parameters.values() if p.kind is p.POSITIONAL_OR_KEYWORD]
    for p in named:
        if p.name not in SIGNALS and p.name not in GIVEN:
            raise TypeError(
                f"{module.__file__}:{f.__code__.co_firstlineno}: {function}() asks for {p.name!r}, which is no signal of advisor/signals.py"
            )
    name = module.__name__.rpartition(".")[2].replace("_", "-")
    needs, uses = (tuple(p.name for p in named if (p.default is p.empty) == bare) for bare in (True, False))
    return Rule(name, module, f, needs, uses)


@cache
def rules(package: str, function: str) -> tuple[Rule, ...]:
    """Every module of the package, as a rule."""
    path = importlib.import_module(package).__path__
    return tuple(rule_of(importlib.import_module(f"{package}.{m.name}"), function) for m in pkgutil.iter_modules(path))


def problems() -> tuple[Rule, ...]:
    return rules("advisor.problems", "check")


def causes() -> tuple[Rule, ...]:
    return rules("advisor.causes", "weigh")


def diagnose(run: Run, problems: Iterable[Rule] | None = None, settings: Settings = AS_THEY_STAND) -> Report:
    """Apply every problem that has its signals, weigh the causes of each one found, and put the most important first."""
    if run.unread:
        return Report(run, "cannot-tell", reason=run.unread)
    findings, passed, skipped = [], [], {}
    for rule in problems if problems is not None else globals()["problems"]():
        try:
            found = seen(rule, run, settings)
        except CannotTell as lack:
            skipped[rule.name] = str(lack)
            continue
        findings += found
        if not found:
            passed.append(rule.name)
    findings.sort(key=importance)
    judged, reason = verdict(findings, passed, skipped)
    return Report(run, judged, first_change(findings), tuple(findings), tuple(passed), skipped, reason)


def seen(rule: Rule, run: Run, settings: Settings) -> list[Finding]:
    """What a problem's check finds in the run, explained.

    Raises
    ------
    CannotTell
        The problem is not to be looked for, or a signal is missing or too short.
    """
    if not settings.wants(rule.name):
        raise CannotTell(LEFT_OUT)
    if missing := rule.missing(run):
        raise CannotTell("no " + " or ".join(missing) + " was logged")
    found = rule.function(**rule.signals(run), **settings.thresholds.get(rule.name, {}))
    return [explained(replace(f, problem=rule.name), run, settings) for f in found]


def importance(finding: Finding):
    return LEVELS.index(finding.level), -finding.confidence


def verdict(findings, passed, skipped) -> tuple[Verdict, str]:
    """A run is healthy only if its training loss was judged, as far as the user lets it be, and nothing loud was found; else why not."""
    if any(f.level in LOUD for f in findings):
        return "problem", ""
    asked = [name for name in JUDGES if skipped.get(name) != LEFT_OUT]
    if passed and set(asked) <= set(passed):
        return "healthy", ""
    return "cannot-tell", next((skipped[name] for name in asked or skipped if skipped.get(name, LEFT_OUT) != LEFT_OUT), "")


def first_change(findings) -> Change | None:
    """Change one thing at a time: the first change of the most probable cause of the most important loud finding that has one."""
    changes = (c for f in findings if f.level in LOUD for cause in f.causes for c in cause.changes)
    return next(changes, None)


def explained(finding: Finding, run: Run, settings: Settings = AS_THEY_STAND) -> Finding:
    """The finding with its tags and causes stamped, and with the signals that could have told more."""
    able = [rule for rule in causes() if finding.problem in rule.module.EXPLAINS and rule.name not in settings.ignore]
    weighed = [(rule, weigh(rule, finding, run)) for rule in able if not rule.missing(run)]
    odds = [10 ** ((prior(rule, finding.problem) + sum(e.weight or 0 for e in evidence)) / 10) for rule, evidence in weighed]
    total = 1 + sum(odds)  # the 1 is for a cause that is not in the catalogue
    ranked = sorted(zip(odds, weighed, strict=True), key=lambda pair: -pair[0])
    kept = tuple(
        Cause(rule.name, round(float(o / total), 3), rule.headline, evidence, changes(rule, finding, run))
        for o, (rule, evidence) in ranked
        if o / total >= WORTH_SAYING
    )
    undecided = not kept or kept[0].probability < UNDECIDED
    missing = dict.fromkeys(s for rule in able for s in rule.needs + rule.uses if s not in GIVEN and run.signal(s) is None)
    for other in ("lines", "siblings"):  # nothing that one could log in this run
        missing.pop(other, None)
    sure = weights.confidence(finding)
    return replace(
        finding, confidence=sure, evidence=tagged(finding.evidence, run), causes=kept, missing=tuple(missing) if undecided else ()
    )


def weigh(rule: Rule, finding: Finding, run: Run) -> tuple[Evidence, ...]:
    """What speaks for and against the cause; nothing where a curve is too short."""
    given = {"finding": finding} if "finding" in rule.needs else {}
    try:
        return tuple(weights.weighed(rule.name, e) for e in tagged(rule.function(**given, **rule.signals(run)), run))
    except CannotTell:
        return ()


def changes(rule: Rule, finding: Finding, run: Run) -> tuple[Change, ...]:
    """The changes the cause calls for, each with today's value and the line of PyTorch that makes it."""
    hparams = run.signal("hparams") or {}
    return tuple(
        replace(
            c,
            from_=hparams.get(c.hparam) if c.from_ is None else c.from_,
            how=dict(c.how) or {"pytorch": pytorch(c.hparam, c.to, c.by, hparams)},
        )
        for c in rule.module.changes(run, finding)
    )


def tagged(evidence: Iterable[Evidence], run: Run) -> tuple[Evidence, ...]:
    return tuple(replace(e, tag=e.tag or getattr(run.signals.get(e.signal), "tag", "")) for e in evidence)


def prior(rule: Rule, problem: str) -> float:
    """How likely the cause is before any evidence, in decibans against causes outside the catalogue: one number, or one a problem."""
    by_hand = rule.module.PRIOR
    return weights.prior(rule.name, problem, by_hand[problem] if isinstance(by_hand, dict) else by_hand)
