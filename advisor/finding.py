"""What the advisor says: a report of findings, each with its evidence, its causes and the changes that would mend it."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, get_args

if TYPE_CHECKING:
    from advisor.faults import Fault
    from advisor.run import Run

Level = Literal["error", "warning", "note"]
Verdict = Literal["problem", "healthy", "cannot-tell"]
Value = float | int | str
LEVELS: tuple[Level, ...] = get_args(Level)  # the worst first
LOUD = ("error", "warning")


@dataclass(frozen=True)
class Evidence:
    """A fact measured on one signal over a range of steps.

    Attributes
    ----------
    signal : str
        A name of advisor/signals/vocabulary.py, or "findings" where another finding is the fact.
    first_step, last_step : int
        Where it was measured, both ends included; 0 and 0 of a hyperparameter.
    fact : str
        What was measured, in words after which the value follows.
    value : float
        In units that the fact tells.
    limit : float or None
        What the value crossed; None where it crosses nothing.
    weight : float or None
        Under a cause, what it adds to the cause's log odds, in decibans: 10 is ten times likelier, negative speaks against.
    tag : str
        What the signal was logged under, or the hyperparameter's name.
    kind : str
        The name of the fact in the table of weights where its words differ between runs.
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
    """One hyperparameter edit: set `hparam` to `to`, or, where today's value is not known, multiply it by `by`.

    Attributes
    ----------
    hparam : str
        A name of advisor/signals/hparams.py.
    interval : tuple of float, or None
        The lowest and the highest value worth trying, or factor where there is only `by`.
    why : str
        The reason, in half a sentence.
    from_ : float, int, str or None
        Today's value; None where it was not logged.
    how : mapping of str to str
        The line that makes the change, under the name of the framework it is written in: "pytorch" where none is known.
    """

    hparam: str
    to: Value | None = None
    by: float | None = None
    interval: tuple[float, float] | None = None
    why: str = ""
    from_: Value | None = None  # stamped by the engine from the run's hparams
    how: Mapping[str, str] = field(
        default_factory=dict
    )  # stamped by the engine: {"pytorch": the line that does it}, or of another framework


@dataclass(frozen=True)
class Cause:
    """Why, with its probability given all the evidence, and what to change.

    Attributes
    ----------
    cause : str
        The name of its file in advisor/causes/, with hyphens.
    probability : float
        0 to 1. What all causes of a finding lack of 1 is for causes that are not in the catalogue.
    message : str
        The cause in a sentence.
    evidence : tuple of Evidence
        What speaks for it and against it.
    changes : tuple of Change
        The first is the one to make first; none where the cause knows of none.
    """

    cause: str
    probability: float
    message: str
    evidence: tuple[Evidence, ...] = ()
    changes: tuple[Change, ...] = ()


@dataclass(frozen=True)
class Finding:
    """One problem seen in one run.

    Attributes
    ----------
    message : str
        What was seen, in a sentence with its number and its steps.
    evidence : tuple of Evidence
        What the problem was seen by.
    level : {"error", "warning", "note"}
        A run with a note only may be healthy.
    confidence : float
        0 to 1: how often such findings of this problem were right.
    problem : str
        The name of its file in advisor/problems/, with hyphens.
    causes : tuple of Cause
        The most probable first.
    missing : tuple of str
        Signals to log next time, for they could decide between the causes; none where one stands out.
    same_cause_as : str
        The problem of a graver finding that has the same first cause; empty where there is none.
    """

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
    """Everything every renderer needs; nothing is computed after this point.

    Attributes
    ----------
    run : Run
    verdict : {"problem", "healthy", "cannot-tell"}
        "healthy" where the training loss was judged and there is no error and no warning.
    first_change : Change or None
        The one change to make first, or the check that tells the causes apart; None where no error or warning has a cause that names one.
    findings : tuple of Finding
        The most important first.
    passed : tuple of str
        The problems that were looked for and not found.
    skipped : mapping of str to str
        From each problem that could not be looked for to what it lacked.
    reason : str
        Why nobody can tell, where that is the verdict; else empty.
    faults : tuple of Fault
        Faults of advisor's own, each of which cost no more than what hung on it.
    """

    run: "Run"
    verdict: Verdict
    first_change: Change | None = None
    findings: tuple[Finding, ...] = ()
    passed: tuple[str, ...] = ()
    skipped: Mapping[str, str] = field(default_factory=dict)  # problem -> what it lacked
    reason: str = ""  # why nobody can tell, where that is the verdict
    faults: "tuple[Fault, ...]" = ()


def and_worse(level: str) -> tuple[Level, ...]:
    """The level and those worse than it."""
    return LEVELS[: [*LEVELS].index(level) + 1]  # type: ignore[arg-type]  # a level that is none is a ValueError


def confidence(value: float, limit: float) -> float:
    """How sure a rule is that its limit was really crossed: 0.6 at the limit, 0.8 at twice, 0.97 far beyond it."""
    margin = math.log2(max(abs(value), 1e-300) / max(abs(limit), 1e-300))
    return round(min(max(0.5, 0.6 + 0.2 * margin), 0.97), 2)
