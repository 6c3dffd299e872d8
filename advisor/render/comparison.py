"""A comparison of two runs, or two groups, as text for a person and as JSON."""

from collections.abc import Iterator
from typing import Any

import numpy as np
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from advisor.comparing.comparison import Comparison
from advisor.comparing.reached import Reached, curve_of
from advisor.comparing.settings_apart import Apart
from advisor.render.layout import Drawn, Titled
from advisor.render.offered_changes import indented
from advisor.run import Run
from advisor.scalar import Scalar
from advisor.wording import clean, counted, duration, first_few, number, place

COLORS = {"better": "bold green", "worse": "bold red", "no-difference": "bold", "cannot-tell": "bold yellow"}
WORDS = {"better": "better", "worse": "worse", "no-difference": "no difference", "cannot-tell": "cannot tell"}
SETTINGS = 8  # rows
TITLE = 16
SCHEMA = 1


def blocks(told: Comparison) -> Iterator[RenderableType]:
    """The verdict, what was set otherwise, what each reached, and both curves."""
    yield Text.assemble((label(told.b), "bold"), " against ", (label(told.a), "bold"), ": ", (WORDS[told.verdict], COLORS[told.verdict]))
    yield indented(Text(clean(told.why[:1].upper() + told.why[1:])), 2)
    if told.doubt:
        yield row("But", Text(told.doubt, "yellow"))
    yield from differences(told)
    for title, found in (("At equal steps", told.steps), ("At equal time", told.time)):
        if found is not None:
            yield row(title, Text(reached_text(found)))
    for name, curve in curves(told).items():
        yield row(name, Drawn(curve, told.steps.signal))


def differences(told: Comparison) -> Iterator[RenderableType]:
    """The settings that differ, and where they are several, that nothing can be said of one of them."""
    if not told.differs:
        yield row("Differ in", Text("no setting that was logged"))
        return
    table = Table.grid(padding=(0, 2, 0, 0))
    for apart in told.differs[:SETTINGS]:
        table.add_row(Text(clean(apart.hparam), "bold"), Text(f"{value_text(apart.a)} → {value_text(apart.b)}"))
    yield row("Differ in", table)
    if len(told.differs) > SETTINGS:
        yield row("", Text(f"and {len(told.differs) - SETTINGS} more"))
    head, *more = told.differs
    if more:
        also = first_few([apart.hparam for apart in more])
        yield row("", Text(f"Also changed: {also}: the runs differ in more than {clean(head.hparam)}.", "yellow"))


def curves(told: Comparison) -> dict[str, Scalar]:
    """The first run's curve of each side."""
    found = {"A": curve_of(told.a[0], told.steps.signal), "B": curve_of(told.b[0], told.steps.signal)}
    return {name: curve for name, curve in found.items() if curve is not None and len(curve) > 1}


def reached_text(found: Reached) -> str:
    """The levels of both and what lies between."""
    a, b = (number(float(np.mean(levels))) for levels in (found.a, found.b))
    where = f"at step {found.at:.0f}" if float(found.at).is_integer() else f"after {duration(found.at)}"
    gain = "" if np.isnan(found.gain) else f": {found.gain:+.0%} of what the better one learned"
    return f"{found.signal} {a} → {b} {where}{gain}"


def label(runs: tuple[Run, ...]) -> str:
    """The run by its path; of several the folder they lie in, and how many."""
    if len(runs) == 1:
        return place(runs[0].path)
    return f"{place(runs[0].path.parent)} ({counted(len(runs), 'run')})"


def value_text(value: Any) -> str:
    """A setting's value, or that it was not logged."""
    return "not logged" if value is None else number(value)


def row(title: str, content: RenderableType) -> RenderableType:
    """The content beside its title."""
    return indented(Titled(title, content, TITLE), 2)


def as_dict(told: Comparison) -> dict[str, Any]:
    """The comparison's object, version 1."""
    noise = told.noise
    return {
        "schema": SCHEMA,
        "verdict": told.verdict,
        "why": told.why,
        "doubt": told.doubt or None,
        "a": [str(run.path) for run in told.a],
        "b": [str(run.path) for run in told.b],
        "differs": [apart_dict(apart) for apart in told.differs],
        "at_equal_steps": reached_dict(told.steps, "step"),
        "at_equal_time": reached_dict(told.time, "seconds") if told.time else None,
        "noise": None if noise is None else {"deviation": noise.deviation, "low": noise.low, "high": noise.high, "runs": noise.seeds},
    }


def apart_dict(apart: Apart) -> dict[str, Any]:
    """A setting and its two values."""
    return {"hparam": apart.hparam, "a": apart.a, "b": apart.b}


def reached_dict(found: Reached, unit: str) -> dict[str, Any]:
    """What both came to; the gain is B's, as a share of what the better one learned."""
    return {"signal": found.signal, unit: found.at, "a": list(found.a), "b": list(found.b), "gain": found.gain}
