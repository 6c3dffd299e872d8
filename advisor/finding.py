"""What the advisor says: a report of findings, each with its evidence, its causes and the changes that would mend it."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, get_args

if TYPE_CHECKING:
    from advisor.run import Run

Level = Literal["error", "warning", "note"]
Verdict = Literal["problem", "healthy", "cannot-tell"]
Value = float | int | str
LEVELS: tuple[Level, ...] = get_args(Level)  # the worst first
LOUD = ("error", "warning")


@dataclass(frozen=True)
class Evidence:
    """A fact measured on one signal over a range of steps.

    `limit` is what it crossed, None where it crosses nothing. Under a cause, `weight` is what it adds to the cause's log odds, in decibans
    (10 = ten times likelier; negative speaks against). `kind` names the fact in the table of weights where its words differ between runs.
    """

    signal: str
    first_step: int
    last_step: int
    fact: str
    value: float
    limit: float | None = None
    weight: float | None = None
    tag: str = ""  # stamped by the engine
    kind: str = ""


def setting(hparam: str, value: float, fact: str, weight: float, kind: str = "") -> Evidence:
    """Evidence that is not measured but set: a hyperparameter of the run."""
    return Evidence("hparams", 0, 0, fact, value, weight=weight, tag=hparam, kind=kind)


@dataclass(frozen=True)
class Change:
    """One hyperparameter edit: set `hparam` to `to`, or, where today's value is not known, multiply it by `by`."""

    hparam: str
    to: Value | None = None
    by: float | None = None
    interval: tuple[float, float] | None = None
    why: str = ""
    from_: Value | None = None  # stamped by the engine from the run's hparams
    how: Mapping[str, str] = field(default_factory=dict)  # stamped by the engine: {"pytorch": the line that does it}


@dataclass(frozen=True)
class Cause:
    """Why, with its probability given all the evidence, and what to change."""

    cause: str
    probability: float
    message: str
    evidence: tuple[Evidence, ...] = ()
    changes: tuple[Change, ...] = ()


@dataclass(frozen=True)
class Finding:
    """One problem seen in one run."""

    message: str
    evidence: tuple[Evidence, ...]
    level: Level = "warning"
    confidence: float = 0.8
    problem: str = ""  # stamped by the engine: the name of the problem's file
    causes: tuple[Cause, ...] = ()  # stamped by the engine, most probable first
    missing: tuple[str, ...] = ()  # stamped by the engine: signals that could decide between the causes and were not logged
    same_cause_as: str = ""  # stamped by the engine: the problem, of an earlier finding, that has the same first cause


@dataclass(frozen=True)
class Report:
    """Everything every renderer needs; nothing is computed after this point."""

    run: "Run"
    verdict: Verdict
    first_change: Change | None = None
    findings: tuple[Finding, ...] = ()
    passed: tuple[str, ...] = ()
    skipped: Mapping[str, str] = field(default_factory=dict)  # problem -> what it lacked
    reason: str = ""  # why nobody can tell, where that is the verdict


def and_worse(level: str) -> tuple[Level, ...]:
    """This level and those above it."""
    return LEVELS[: [*LEVELS].index(level) + 1]  # type: ignore[arg-type]  # a level that is none is a ValueError


def confidence(value: float, limit: float) -> float:
    """How sure a rule is that its limit was really crossed: 0.6 at the limit, 0.8 at twice, 0.97 far beyond it."""
    margin = math.log2(max(abs(value), 1e-300) / max(abs(limit), 1e-300))
    return round(min(max(0.5, 0.6 + 0.2 * margin), 0.97), 2)
