"""The calibrated numbers, weights.toml: how likely each cause is beforehand, how much each fact says, how sure each finding is.

`python -m advisor.calibrate` writes the table. What is not in it, such as a rule of yours, keeps the numbers of its module.
"""

import math
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from advisor.finding import Evidence, Finding

TABLE = Path(__file__).with_name("weights.toml")
LEAST, MOST = 0.01, 0.99  # nothing is certain
Weights = Mapping[str, Any]
_instead: list[Weights] = []


@cache
def _written() -> Weights:
    return tomllib.loads(TABLE.read_text(encoding="utf-8")) if TABLE.exists() else {}


def weights() -> Weights:
    """The table in use."""
    return _instead[-1] if _instead else _written()


@contextmanager
def using(table: Weights) -> Iterator[None]:
    """Another table for a while; an empty one leaves every module its own numbers."""
    _instead.append(table)
    try:
        yield
    finally:
        _instead.pop()


def of(kind: str, name: str) -> Weights:
    """What the table knows of one problem or cause; `kind` is "problems" or "causes"."""
    return weights().get(kind, {}).get(name, {})


def prior(cause: str, problem: str, by_hand: float) -> float:
    """How likely the cause is before any evidence, in decibans."""
    return of("causes", cause).get("prior", {}).get(problem, by_hand)


def weighed(cause: str, evidence: Evidence) -> Evidence:
    """The evidence with its calibrated weight: the module's, times what the corpus showed of facts of its kind."""
    known = of("causes", cause).get("evidence", {}).get(evidence.kind or evidence.fact)
    if known is None or evidence.weight is None:
        return evidence
    return replace(evidence, weight=round(evidence.weight * known["times"], 1))


def probability(first: float) -> float:
    """How often a first cause that its evidence makes this probable was the planted one."""
    known = weights().get("probability")
    if not known or not 0 < first < 1:
        return first
    return 1 / (1 + math.exp(-(known["shift"] + known["slope"] * math.log(first / (1 - first)))))


def confidence(finding: Finding) -> float:
    """How often a finding of this problem, as sure as its rule says, was right; MOST of what is seen and not inferred."""
    known = of("problems", finding.problem)
    if not known or not 0 < finding.confidence < 1:
        return min(finding.confidence, MOST)
    said = math.log(finding.confidence / (1 - finding.confidence))
    right = 1 / (1 + math.exp(-(known["shift"] + known["slope"] * said)))
    return round(min(max(right, LEAST), MOST), 2)
