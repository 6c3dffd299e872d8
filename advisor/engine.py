"""Problems seen, causes weighed, one change first.

A rule is a module: its file's name is its name, its signature says which signals it needs (positional), may use (`=None`)
and which thresholds it has (keyword-only). Nothing is registered: a file in advisor/problems/ or advisor/causes/ is found by being there.
"""

import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from types import ModuleType
from typing import Any

from advisor import weights
from advisor.finding import Cause, Change, Evidence, Finding, Report
from advisor.folding import GIVEN, WORTH_SAYING, decisive, shared
from advisor.hparams import pytorch
from advisor.run import Run
from advisor.signals import SIGNALS
from advisor.stats import CannotTell

LEVELS = ("error", "warning", "note")
LOUD = ("error", "warning")
UNDECIDED = 0.6  # below this probability of the first cause, say what to log next


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


def diagnose(run: Run, problems: Iterable[Rule] | None = None) -> Report:
    """Apply every problem that has its signals, weigh the causes of each one found, and put the most important first."""
    findings, passed, skipped = [], [], {}
    for rule in problems if problems is not None else globals()["problems"]():
        if missing := rule.missing(run):
            skipped[rule.name] = "no " + " or ".join(missing) + " was logged"
            continue
        try:
            found = [sure(replace(f, problem=rule.name)) for f in rule.function(**rule.signals(run))]
        except CannotTell as short:
            skipped[rule.name] = str(short)
            continue
        findings += found
        if not found:
            passed.append(rule.name)
    findings = together(sorted(findings, key=importance), run)
    return Report(run, verdict(findings, passed), first_change(findings), tuple(findings), tuple(passed), skipped)


def together(findings: Iterable[Finding], run: Run) -> list[Finding]:
    """Each finding explained in the light of those before it: what explains two is likelier than two things that explain one each."""
    told: list[Finding] = []
    for finding in findings:
        before = {f.causes[0].cause: f for f in reversed(told) if f.causes}
        now = explained(finding, run, {cause: f.causes[0].probability for cause, f in before.items()})
        leader = before.get(now.causes[0].cause) if now.causes else None
        told.append(replace(now, same_cause_as=leader.problem) if leader else now)
    return told


def sure(finding: Finding) -> Finding:
    """The finding, as sure as findings of its problem have been right."""
    return replace(finding, confidence=weights.confidence(finding))


def importance(finding: Finding):
    return LEVELS.index(finding.level), -finding.confidence


def verdict(findings, passed):
    """A run is healthy only if its training loss was judged and nothing loud was found."""
    if any(f.level in LOUD for f in findings):
        return "problem"
    return "healthy" if {"exploding-loss", "loss-not-decreasing"} <= set(passed) else "cannot-tell"


def first_change(findings) -> Change | None:
    """Change one thing at a time: the first change of the most probable cause of the most important loud finding that has one."""
    changes = (c for f in findings if f.level in LOUD for cause in f.causes for c in cause.changes)
    return next(changes, None)


def explained(finding: Finding, run: Run, before: Mapping[str, float] | None = None) -> Finding:
    """The finding with its tags and causes stamped, and with the signals that could have told more.

    `before` holds the first causes of more important findings and their probabilities.
    """
    able = [rule for rule in causes() if finding.problem in rule.module.EXPLAINS]
    weighed = [(rule, (*weigh(rule, finding, run), *shared(rule, finding, before or {}))) for rule in able if not rule.missing(run)]
    odds = [10 ** ((prior(rule, finding.problem) + sum(e.weight or 0 for e in evidence)) / 10) for rule, evidence in weighed]
    total = 1 + sum(odds)  # the 1 is for a cause that is not in the catalogue
    ranked = sorted(zip(odds, weighed, strict=True), key=lambda pair: -pair[0])
    kept = tuple(
        Cause(rule.name, round(float(o / total), 3), rule.headline, evidence, changes(rule, finding, run))
        for o, (rule, evidence) in ranked
        if o / total >= WORTH_SAYING
    )
    undecided = not kept or kept[0].probability < UNDECIDED
    missing = decisive(able, kept, run) if undecided else ()
    return replace(finding, evidence=tagged(finding.evidence, run), causes=kept, missing=missing)


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
