"""Priors of causes and weights of facts, from findings whose true cause is known.

A cause's log odds are its prior and the sum of its facts' weights, against a cause outside the catalogue at zero: a conditional logit,
fitted by maximum likelihood and held near the numbers in the modules (`SPREAD` is how far from them a number is expected), so that what
the corpus has nothing to say of keeps them.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from scipy.optimize import minimize
from scipy.sparse import csr_matrix

from advisor import curves
from advisor.calibrate.labelled import HEALTHY, Labelled
from advisor.evidence import weights
from advisor.finding import LOUD, Finding
from advisor.judging import engine, rules, weighing

SPREAD = {"prior": 2.0, "evidence": 0.5}  # decibans; times the module's weight
MET = {("learning-rate-too-high", "exploding-loss"): 2.5}  # decibans: the corpus plants each fault about as often, people do not
TEXTBOOK = 3  # times that each example of a module counts
DECIBAN = np.log(10) / 10
Parameter = tuple[str, str, str]  # "prior", cause, problem; or "evidence", cause, kind


@dataclass(frozen=True, eq=False)
class Case:
    """One finding: its candidate causes, each with what every parameter adds to it, and which of them is true (-1: none)."""

    task: str
    fault: str
    problem: str
    causes: tuple[str, ...]
    adds: tuple[dict[Parameter, float], ...]
    by_hand: dict[Parameter, float]
    true: int


def cases(known: Iterable[Labelled]) -> list[Case]:
    """A case for each loud finding of a run with a fault."""
    found = []
    for item in known:
        if item.fault not in ("", HEALTHY):
            with weights.using({}):
                found += [case(item, finding) for finding in engine.diagnose(item.run).findings if finding.level in LOUD]
    return found


def examples() -> list[Labelled]:
    """The causes' own examples: textbook cases, which hold where the corpus has few or none of a cause."""
    return [
        Labelled(curves.example(signals), "the modules' examples", rule.name, "examples", rule.name)
        for rule in rules.causes()
        for signals in rule.module.BAD.values()
        for _ in range(TEXTBOOK)
    ]


def case(item: Labelled, finding: Finding) -> Case:
    """The finding as a case: what each parameter adds to each cause that may explain it, in decibans of the module's own weights.

    By hand a prior is its number in decibans, and a weight is taken times 1.
    """
    bare = replace(finding, causes=())
    able = [rule for rule in rules.causes() if finding.problem in rule.module.EXPLAINS and not rule.missing(item.run)]
    adds, by_hand = [], {}
    for rule in able:
        first = ("prior", rule.name, finding.problem)
        mine = {first: 1.0}
        by_hand[first] = float(weighing.prior(rule, finding.problem))
        for e in weighing.weigh(rule, bare, item.run):
            if e.weight:
                key = ("evidence", rule.name, e.kind or e.fact)
                mine[key] = mine.get(key, 0.0) + e.weight
                by_hand[key] = 1.0
        adds.append(mine)
    names = tuple(rule.name for rule in able)
    return Case(item.task, item.fault, finding.problem, names, tuple(adds), by_hand, names.index(item.fault) if item.fault in names else -1)


def fitted(known: Sequence[Case]) -> dict[Parameter, float]:
    """Every parameter's most likely value."""
    by_hand = {key: value for c in known for key, value in c.by_hand.items()}
    names = sorted(by_hand)
    place = {key: i for i, key in enumerate(names)}
    table, true = tensors(known, place)
    start = np.array([by_hand[key] for key in names])
    spread = np.array([SPREAD[key[0]] for key in names])
    bounds = [(None, None) if key[0] == "prior" else (0.0, 3.0) for key in names]
    found = minimize(loss, start, (table, true, start, spread), "L-BFGS-B", jac=True, bounds=bounds)
    values = dict(zip(names, found.x.tolist(), strict=True))
    return {key: value + (MET.get(key[1:], 0.0) if key[0] == "prior" else 0.0) for key, value in values.items()}


def tensors(known: Sequence[Case], place: Mapping[Parameter, int]):
    """What each parameter adds to each cause (a row each; a case's first is the unknown one), where cases begin, and true rows.

    A sparse matrix, shape (rows, parameters), and row numbers, shape (cases,), twice.
    """
    rows: list[int] = []
    columns: list[int] = []
    values: list[float] = []
    begins: list[int] = []
    row = 0
    for c in known:
        begins.append(row)
        for j, adds in enumerate(c.adds, 1):
            rows += [row + j] * len(adds)
            columns += [place[key] for key in adds]
            values += adds.values()
        row += 1 + len(c.causes)
    table = csr_matrix((values, (rows, columns)), shape=(row, len(place)))
    return (table, np.array(begins)), np.array([begin + c.true + 1 for begin, c in zip(begins, known, strict=True)])


def loss(values, tables, true, by_hand, spread):
    """Negative log likelihood (natural), with the distance from the numbers set by hand; and its gradient, shape (parameters,).

    `values`, `by_hand` and `spread` have shape (parameters,), `tables` and `true` are as `tensors` gives them.
    """
    table, begins = tables
    score = DECIBAN * (table @ values)
    sizes = np.diff(begins, append=len(score))
    score -= np.repeat(np.maximum.reduceat(score, begins), sizes)
    odds = np.exp(score)
    chance = odds / np.repeat(np.add.reduceat(odds, begins), sizes)
    away = (values - by_hand) / spread
    likelihood = np.log(np.maximum(chance[true], 1e-12)).sum()
    chance[true] -= 1
    return (away**2).sum() / 2 - likelihood, DECIBAN * (table.T @ chance) + away / spread


def tables(found: Mapping[Parameter, float], known: Sequence[Case]) -> dict[str, dict[str, Any]]:
    """As the table of weights wants them: for each cause its priors and, for each kind of fact, how its weight was changed."""
    said: dict[Parameter, list[float]] = {}
    for c in known:
        for adds in c.adds:
            for key, value in adds.items():
                said.setdefault(key, []).append(value)
    out: dict[str, dict[str, Any]] = {}
    for (what, cause, name), value in sorted(found.items()):
        entry = out.setdefault(cause, {"prior": {}, "evidence": {}})
        if what == "prior":
            entry["prior"][name] = round(value, 1)
        else:
            times, seen = round(value, 2), said[what, cause, name]
            entry["evidence"][name] = dict(times=times, decibans=round(times * float(np.mean(seen)), 1), seen=len(seen))
    return out
