"""Reports as strict JSON, version 1 of the contract: keys may be added, none changes its meaning.

What JSON has no word for, NaN and infinity, is null.
"""

import json
import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict
from textwrap import indent
from typing import Any

import numpy as np

from advisor.faults import contained
from advisor.finding import Cause, Change, Evidence, Finding, Report
from advisor.render.report_words import reason_to_change
from advisor.run import Run
from advisor.scalar import Scalar

SCHEMA = 1


def render(reports: Iterable[Report]) -> str:
    """One object for one run or many, ending in a newline."""
    return "".join(pieces(reports))


def pieces(reports: Iterable[Report]) -> Iterator[str]:
    """The same in pieces, each report as soon as it is known; where they cease before their end, the object says so."""
    before = first = f'{{\n  "schema": {SCHEMA},\n  "reports": ['
    try:
        for report in reports:
            yield f"{before}\n{indent(dumped(as_dict(report)).rstrip(), ' ' * 4)}"
            before = ","
    except (Exception, KeyboardInterrupt) as error:
        if before != first:
            yield f'\n  ],\n  "incomplete": {json.dumps(str(error) or "interrupted")}\n}}\n'
        raise
    yield "\n  ]\n}\n" if before != first else f"{first}]\n}}\n"


def dumped(message: Mapping[str, Any]) -> str:
    """The text of one object, on many lines and ending in a newline; NaN and infinity are null."""
    return json.dumps(strict(message), indent=2, allow_nan=False) + "\n"


def as_dict(report: Report) -> dict[str, Any]:
    """The report as plain dicts, lists, strings, numbers and None; a part that a fault of ours hides says so in its `fault`."""
    run = {"path": str(report.run.path), "name": report.run.name}
    message = {
        "run": _part("the JSON of the run", _run, report.run, run),
        "verdict": report.verdict,
        "reason": report.reason or None,
        "first_change": _part("the JSON of the first change", _first_change, report, {}),
        "findings": [_part(f"the JSON of {f.problem}", _finding, f, _head(f)) for f in report.findings],
        "passed": list(report.passed),
        "skipped": {str(name): str(lack) for name, lack in report.skipped.items()},
    }
    faults = [{"part": f.part, "error": f.error, "place": f.place, "again": f.again} for f in report.faults]
    return message | ({"faults": strict(faults)} if faults else {})


def _part(name: str, told: Callable[[Any], Any], given: Any, instead: Mapping[str, Any]) -> Any:
    """What is told of a part of the report; after a fault of ours what is to stand there instead, and the fault."""
    with contained(name) as outcome:
        return strict(told(given))
    return {**instead, "fault": str(outcome.fault)}


def _head(f: Finding) -> dict[str, Any]:
    """A finding without what speaks for it."""
    empty: dict[str, list] = {"evidence": [], "causes": [], "missing": []}
    return {"problem": f.problem, "level": f.level, "confidence": f.confidence, "message": str(f.message), **empty, "same_cause_as": None}


def _run(run: Run) -> dict[str, Any]:
    signals = {name: s.tag for name, s in run.signals.items() if isinstance(s, Scalar)}
    shown = {"path": run.path, "name": run.name, "format": run.format, "steps": run.steps}
    hparams = dict(sorted(run.hparams.items()))  # event files keep them in no order
    return {**shown, "signals": signals, "hparams": hparams, "notes": run.notes, **_kind(run)}


def _kind(run: Run) -> dict[str, Any]:
    """The task and what the log covers; null of a run that could not be judged."""
    task, coverage = (None, None) if run.unread else (run.signals.get("task"), run.signals.get("coverage"))
    return {"task": task.name if task else None, "coverage": asdict(coverage) if coverage else None}


def _finding(f: Finding) -> dict[str, Any]:
    return {
        "problem": f.problem,
        "level": f.level,
        "confidence": f.confidence,
        "message": f.message,
        "evidence": [_evidence(e) for e in f.evidence],
        "causes": [_cause(c) for c in f.causes],
        "missing": f.missing,
        "same_cause_as": f.same_cause_as or None,
    }


def _cause(c: Cause) -> dict[str, Any]:
    evidence = [{**_evidence(e), "weight": e.weight} for e in c.evidence]
    changes = [_change(change) for change in c.changes]
    return {"cause": c.cause, "probability": c.probability, "message": c.message, "evidence": evidence, "changes": changes}


def _evidence(e: Evidence) -> dict[str, Any]:
    return {key: getattr(e, key) for key in ("signal", "tag", "first_step", "last_step", "fact", "value", "limit")}


def _first_change(report: Report) -> dict[str, Any] | None:
    if report.first_change is None:
        return None
    reason = reason_to_change(report)
    return {**_change(report.first_change), "probability": reason[1].probability if reason else None}


def _change(c: Change) -> dict[str, Any]:
    return {"hparam": c.hparam, "from": c.from_, "to": c.to, "by": c.by, "interval": c.interval, "why": c.why, "how": c.how}


def strict(value: Any) -> Any:
    """The value in the types JSON has: numpy's become Python's, what is not finite becomes None, what is unknown its string."""
    if isinstance(value, np.generic | np.ndarray):
        value = value.tolist()
    if isinstance(value, Mapping):
        return {strict(str(k)): strict(v) for k, v in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [strict(v) for v in value]
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, int | None):
        return value
    return str(value).encode(errors="replace").decode()  # file names may hold halves of characters, which no other program can read
