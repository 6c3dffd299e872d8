"""What a probe found: the settings it suggests, what it measured and what that cost."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from advisor.finding import Cause, Change, Evidence, Finding


@dataclass(frozen=True)
class Estimate:
    """A number with the range it may lie in and the reason for it; None throughout where the measurement was inconclusive."""

    value: float | None
    low: float | None
    high: float | None
    reason: str


NOT_ASKED = Estimate(None, None, None, "it was not asked for")


@dataclass(frozen=True)
class Suggestion:
    """Settings to train at. The optimizer sees `batch_size` × `accumulation_steps` examples a step; `lr` was measured at that number."""

    lr: Estimate
    batch_size: Estimate
    accumulation_steps: int = 1
    precision: str = "fp32"
    num_workers: int | None = None


@dataclass(frozen=True)
class Cost:
    """Optimizer steps and gradients computed, and seconds on the clock."""

    steps: int
    seconds: float


@dataclass(frozen=True, eq=False)
class Outcome:
    """Everything the summary needs; nothing is measured after this point.

    `hparams` are today's settings by name; `tables` maps a measurement's name to its columns (float arrays as attributes, a value a row);
    `findings` are what the measurements' checks said of them; `notes` are sentences about what failed or was cut short.
    """

    suggestion: Suggestion
    cost: Cost
    run: Path
    notes: tuple[str, ...] = ()
    model: str = "model.py"
    hparams: Mapping[str, Any] = field(default_factory=dict)
    tables: Mapping[str, SimpleNamespace] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()


def note(message: str, evidence: Evidence, *changes: Change) -> Finding:
    """What a measurement says: a note, with the changes it calls for under the measurement as their cause."""
    name = evidence.signal.partition("/")[0].replace("_", "-")
    causes = (Cause(name, 1.0, message, (evidence,), changes),) if changes else ()
    return Finding(message, (evidence,), level="note", problem=name, causes=causes)
