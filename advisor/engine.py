"""Problems seen, causes weighed, one change first."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

import numpy as np

from advisor import weights
from advisor.finding import Cause, Change, Evidence, Finding, Report, Verdict
from advisor.folding import WORTH_SAYING, decisive, shared
from advisor.hparams import pytorch
from advisor.looks import NOT_PROBED
from advisor.rules import Rule, causes, problems
from advisor.run import EXCERPT, OTHERS, Run
from advisor.settings import Settings
from advisor.stats import CannotTell

LEVELS = ("error", "warning", "note")
LOUD = ("error", "warning")
UNDECIDED = 0.6  # below this probability of the first cause, say what to log next
JUDGES = ("exploding-loss", "loss-not-decreasing")  # the problems that judge the training loss
LEFT_OUT = "left out, as was asked"
CUT_SHORT = "a probe cut this training short, so its end says nothing"
IN_TURN = "several optimizers step in turn, so the loss of one need not fall"
AS_THEY_STAND = Settings()


def diagnose(run: Run, rules: Iterable[Rule] | None = None, settings: Settings = AS_THEY_STAND) -> Report:
    """Apply every problem that has its signals, or these `rules`, weigh the causes of each found, and put the most important first."""
    if run.unread:
        return Report(run, "cannot-tell", reason=run.unread)
    findings, passed, skipped = [], [], {}
    with np.errstate(all="ignore"):  # a loss may be of any size: what it overflows to is judged, not complained of
        for rule in problems() if rules is None else rules:
            try:
                found = seen(rule, run, settings)
            except CannotTell as lack:
                skipped[rule.name] = str(lack)
                continue
            findings += found
            if not found:
                passed.append(rule.name)
        findings = together(sorted(findings, key=importance), run, settings)
    judged, reason = verdict(findings, passed, skipped)
    return Report(run, judged, first_change(findings), tuple(findings), tuple(passed), skipped, reason)


def seen(rule: Rule, run: Run, settings: Settings) -> list[Finding]:
    """What a problem's check finds in the run.

    Raises
    ------
    CannotTell
        The problem is not to be looked for, or a signal is missing or too short.
    """
    if not settings.wants(rule.name):
        raise CannotTell(LEFT_OUT)
    if run.hparams.get(EXCERPT) and rule.at_the_end:
        raise CannotTell(CUT_SHORT)
    if rule.of_a_fall and run.hparams.get(OTHERS):
        raise CannotTell(IN_TURN)
    if missing := rule.missing(run):
        raise CannotTell(NOT_PROBED if "sanity_check" in missing else "no " + " or ".join(missing) + " was logged")
    found = rule.function(**rule.signals(run), **settings.thresholds.get(rule.name, {}))
    return [sure(replace(f, problem=rule.name)) for f in found]


def together(findings: Iterable[Finding], run: Run, settings: Settings) -> list[Finding]:
    """Each finding explained in the light of those before it: what explains two is likelier than two things that explain one each."""
    told: list[Finding] = []
    for finding in findings:
        before = {f.causes[0].cause: f for f in reversed(told) if f.causes}
        now = explained(finding, run, {cause: f.causes[0].probability for cause, f in before.items()}, settings)
        leader = before.get(now.causes[0].cause) if now.causes else None
        told.append(replace(now, same_cause_as=leader.problem) if leader else now)
    return told


def sure(finding: Finding) -> Finding:
    """The finding, as sure as findings of its problem have been right."""
    return replace(finding, confidence=weights.confidence(finding))


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


def explained(finding: Finding, run: Run, before: Mapping[str, float] | None = None, settings: Settings = AS_THEY_STAND) -> Finding:
    """The finding with its tags and causes stamped, and with the signals that could have told more.

    `before` holds the first causes of more important findings and their probabilities.
    """
    able = [rule for rule in causes() if finding.problem in rule.module.EXPLAINS and rule.name not in settings.ignore]
    weighed = [(rule, (*weigh(rule, finding, run), *shared(rule, finding, before or {}))) for rule in able if not rule.missing(run)]
    odds = [10 ** ((prior(rule, finding.problem) + sum(e.weight or 0 for e in evidence)) / 10) for rule, evidence in weighed]
    total = 1 + sum(odds)  # the 1 is for a cause that is not in the catalogue
    ranked = sorted(zip(odds, weighed, strict=True), key=lambda pair: -pair[0])
    scale = calibrated([float(o / total) for o, _ in ranked])
    kept = tuple(
        Cause(rule.name, round(scale * float(o / total), 3), rule.headline, evidence, changes(rule, finding, run))
        for o, (rule, evidence) in ranked
        if scale * o / total >= WORTH_SAYING
    )
    undecided = not kept or kept[0].probability < UNDECIDED
    missing = decisive(able, kept, run) if undecided else ()
    return replace(finding, evidence=tagged(finding.evidence, run), causes=kept, missing=missing)


def calibrated(probabilities: list[float]) -> float:
    """By what all causes' probabilities are multiplied, so that the first is as probable as such firsts have been right."""
    if not probabilities or probabilities[0] <= 0:
        return 1.0
    return min(weights.probability(probabilities[0]) / probabilities[0], 1 / sum(probabilities))


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
