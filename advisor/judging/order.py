"""In which order findings are told."""

from collections.abc import Collection, Iterable
from functools import cache

from advisor.finding import LEVELS, LOUD, Finding
from advisor.judging.rules import problems

JUDGES = ("exploding-loss", "loss-not-decreasing")  # the problems that judge the training loss
OF_VALIDATION = "overfitting"  # the problem that judges the validation loss


def in_order(findings: Iterable[Finding], judges: Collection[str] = ()) -> list[Finding]:
    """The findings by importance; of one level overfitting comes last where the training loss did not fall or was lost.

    Those of a task's own `judges` come first: what it is judged by before what may be why.

    A model that has not learned its own examples has not learned them by heart: what became of other examples is the doing of that.
    """
    found = sorted(findings, key=importance)
    lost = {f.problem for f in found if f.level in LOUD} & set(JUDGES)
    last = OF_VALIDATION if lost else ""
    return sorted(found, key=lambda f: (LEVELS.index(f.level), f.problem not in judges, f.problem == last))


def importance(finding: Finding) -> tuple[int, float, bool, float]:
    """The key that sorts findings: errors, warnings, notes, and among these the surest first.

    Of findings that are about as sure, one that judges where the run ended comes last: what is wrong on the way explains it.
    """
    at_the_end = finding.problem in _at_the_end()
    return LEVELS.index(finding.level), -round(finding.confidence, 1), at_the_end, -finding.confidence


@cache
def _at_the_end() -> set[str]:
    return {rule.name for rule in problems() if rule.at_the_end}
