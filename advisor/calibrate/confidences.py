"""How sure a finding may be: three ways to learn it from findings that were right or wrong, the simplest first.

Sources that no rule was made with in view, fresh ones, say how often findings are right where nobody has looked yet; the others, how that
differs between problems. What a way gives is a line for each problem and, under "", one for those that were never heard of.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from scipy.optimize import minimize

from advisor.calibrate.odds import Line, always, expit, logit
from advisor.calibrate.votes import Vote, by_problem, shares, tally
from advisor.judging import rules

IMAGINED = 4.0  # sources that are right as often as usual: they stand for a problem of which few were heard
EVEN = 2.0  # sources imagined, one right and one wrong, where nothing is usual yet
HELD = {"level": 0.05, "slope": 1.0, "fresh": 0.1, "problem": 1.0}  # 1 / variance of each number of the curve, in natural log odds
ANY = ""  # the key of the line for a problem that was never heard of
Lines = Mapping[str, Line]


def one_number(votes: Sequence[Vote]) -> Lines:
    """How often findings of any problem were right, in fresh sources where there are any."""
    return {ANY: always(tally(fresh(votes) or votes).share(0.5, EVEN))}


def a_number_a_problem(votes: Sequence[Vote]) -> Lines:
    """How often findings of each problem were right, held near how often all were.

    The odds of a problem in sources that were in view fall by as much as those of all problems fall from there to fresh sources; from
    there its own fresh votes move them.
    """
    seen, new = [v for v in votes if not v.fresh], fresh(votes)
    usual, usual_fresh = (tally(some).share(0.5, EVEN) for some in (seen or new, new or seen))
    fall = logit(usual_fresh) - logit(usual)
    of_seen, of_new = by_problem(seen), by_problem(new)
    found = {ANY: always(usual_fresh)}
    for problem in {*of_seen, *of_new}:
        before = tally(of_seen.get(problem, ())).share(usual, IMAGINED)
        found[problem] = always(tally(of_new.get(problem, ())).share(expit(logit(before) + fall), IMAGINED))
    return found


def a_curve(votes: Sequence[Vote]) -> Lines:
    """Platt's logistic curve over how sure the rules are, with a shift for each problem and one for fresh sources, each held near 0.

    References
    ----------
    Platt, Probabilistic Outputs for Support Vector Machines and Comparisons to Regularized Likelihood Methods (1999).
    """
    if not votes:
        return one_number(votes)
    names = sorted(by_problem(votes))
    which = np.array([names.index(v.problem) for v in votes])
    known = np.column_stack([np.ones(len(votes)), logit(np.array([v.raw for v in votes])), np.array([v.fresh for v in votes], float)])
    known = np.hstack([known, np.eye(len(names))[which]])
    held = np.array([HELD["level"], HELD["slope"], HELD["fresh"]] + [HELD["problem"]] * len(names))
    start = np.array([0.0, 1.0] + [0.0] * (1 + len(names)))
    right = np.array([v.right for v in votes], float)
    arguments, bounds = (known, right, shares(votes), held, start), [(0.0 if i == 1 else None, None) for i in range(len(start))]
    level, slope, new, *shifts = minimize(lost, start, arguments, "L-BFGS-B", jac=True, bounds=bounds).x.tolist()
    level += new * bool(fresh(votes))
    return {ANY: Line(level, slope)} | {name: Line(level + shift, slope) for name, shift in zip(names, shifts, strict=True)}


def lost(numbers, known, right, share, held, start):
    """Negative log likelihood (natural) with the distance from where the numbers start, and its gradient, shape (numbers,).

    `known` has shape (votes, numbers), `right` and `share` (votes,), `held` and `start` (numbers,).
    """
    odds, away = known @ numbers, numbers - start
    loss = share @ (np.logaddexp(0, odds) - right * odds) + held @ away**2 / 2
    return loss, known.T @ (share * (expit(odds) - right)) + held * away


def fresh(votes: Sequence[Vote]) -> list[Vote]:
    """Those of sources that no rule was made with in view."""
    return [v for v in votes if v.fresh]


WAYS: dict[str, Callable[[Sequence[Vote]], Lines]] = {
    "one number": one_number,
    "a number a problem": a_number_a_problem,
    "a curve": a_curve,
}


def line(lines: Lines, problem: str) -> Line:
    """The line of this problem, or that of those never heard of."""
    return lines.get(problem, lines[ANY])


def table(lines: Lines, votes: Sequence[Vote]) -> dict[str, dict[str, Any]]:
    """As the table of weights wants them: of every problem that a log can show its line, and what it rests on."""
    heard, found = by_problem(votes), {}
    for name in sorted({*of_logs(), *heard}):
        said, mine = heard.get(name, []), line(lines, name)
        counts = dict(findings=len(said), right=sum(v.right for v in said), sources=len({v.source for v in said}))
        found[name] = dict(shift=round(mine.shift, 2), slope=round(mine.slope, 2), **counts)
    return found


def of_logs() -> list[str]:
    """Every problem but those that only a probe can see: what a probe measured is no reading of somebody's curve."""
    return [rule.name for rule in rules.problems() if "sanity_check" not in rule.needs]
