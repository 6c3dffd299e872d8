"""Numbers, steps and changes in a person's words, and names from logs made safe to print."""

import math
import os
import re
import unicodedata
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from advisor.finding import Change, Finding, Report

ESCAPES = re.compile(r"\x1b(\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(\x07|\x1b\\)?)")
UNPRINTABLE = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}  # Cf holds the marks that reverse the direction of text
CONFIDENCE = ((0.95, "almost certain"), (0.85, "very likely"), (0.7, "likely"), (0.0, "possible"))


def clean(text: Any) -> str:
    """Foreign text on one line, without terminal escapes, control characters or marks that turn its direction."""
    kept = (" " if c in "\n\r\t" else "" if unicodedata.category(c) in UNPRINTABLE else c for c in ESCAPES.sub("", str(text)))
    return "".join(kept).strip()


def number(value: Any) -> str:
    """At most four digits that matter, and no exponent where plain digits are as short."""
    if not isinstance(value, int | float) or isinstance(value, bool):
        return clean(value)
    if not math.isfinite(value):
        return {math.inf: "infinity", -math.inf: "-infinity"}.get(value, "NaN")
    if 1000 <= abs(value) < 1e7 or (value == int(value) and abs(value) < 1e7):
        return f"{value:.0f}"
    return re.sub(r"e([+-])0?(\d)", lambda e: f"e{e[1].replace('+', '')}{e[2]}", f"{value:.3g}")


def steps(first: int, last: int) -> str:
    return f"step {first}" if first == last else f"steps {first} to {last}"


def likelihood(confidence: float) -> str:
    return next(word for least, word in CONFIDENCE if confidence >= least)


def times(weight: float) -> str:
    """Decibans as what they do to the odds."""
    factor = 10 ** (abs(weight) / 10)
    return (
        f"{factor:.0f}× {'likelier' if weight > 0 else 'less likely'}"
        if factor >= 9.5
        else f"{factor:.1f}× {'likelier' if weight > 0 else 'less likely'}"
    )


def edit(change: Change) -> str:
    """The change itself: lr 0.1 → 0.01, lr × 0.1, patience → 10."""
    if change.to is None:
        return f"{clean(change.hparam)} × {number(change.by)}" + (f" (now {number(change.from_)})" if change.from_ is not None else "")
    return (
        f"{clean(change.hparam)} {number(change.from_)} → {number(change.to)}"
        if change.from_ is not None
        else f"{clean(change.hparam)} → {number(change.to)}"
    )


def interval(change: Change) -> str:
    """Between which values the change is reasonable, empty where that is not known."""
    if change.interval is None:
        return ""
    low, high = (number(end) for end in change.interval)
    return f"anything from × {low} to × {high}" if change.to is None else f"anything from {low} to {high}"


def listed(names: Iterable[Any], limit: int = 12) -> str:
    """The names in a row; of many, the first and how many more."""
    names = [clean(name) for name in names]
    return ", ".join(names[:limit]) + (f" and {len(names) - limit} more" if len(names) > limit else "")


def counted(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def place(path: Path) -> str:
    """The path as one would type it here."""
    if not isinstance(path, Path):
        return clean(str(path))
    near = os.path.relpath(path)
    return clean(str(path) if near.startswith("..") else near)


def named(report: Report) -> str:
    """The run by its path; by its name too where that is not a part of it."""
    path, name = place(report.run.path), clean(report.run.name)
    return path if path.endswith(name) or name == clean(report.run.path.resolve().name) else f"{name} ({path})"


def loud(report: Report) -> list[Finding]:
    return [f for f in report.findings if f.level != "note"]
