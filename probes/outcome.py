"""What a probe found: the settings it suggests, what it measured and what that cost."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from advisor.finding import Cause, Change, Evidence, Finding
from probes.trials.score import Score, Verdict


@dataclass(frozen=True)
class Comparison:
    """What a setting came to beside the one in use, in trainings from the same start on the same data.

    Attributes
    ----------
    today, suggested : float
        The settings, as in `Estimate`.
    losses : tuple of float
        The mean held-out loss that each ended with; NaN where one diverged.
    score : Score
        How much better the suggested one came out.
    steps : tuple of int
        Of each one's trainings.
    lost : tuple of int
        In how many pairs each one diverged, or unlearned more than the other ever learned.
    """

    today: float
    suggested: float
    losses: tuple[float, float]
    score: Score
    steps: tuple[int, int]
    lost: tuple[int, int] = (0, 0)

    @property
    def verdict(self) -> Verdict:
        """That of the score; also better where today's was lost in some pairs, the suggested one in none, and more was won than given up.

        A lost training is no noise around a mean, so no test of a mean asks for more of them.
        """
        return "better" if self.lost[0] > self.lost[1] == 0 and self.score.value > 0 else self.score.verdict

    def told(self, form: str = "{:.2g}") -> str:
        """In words, to go on a sentence."""
        sides = zip((self.today, self.suggested), self.losses, strict=True)
        ends = [f"{form.format(of)}: " + (f"{loss:.3g}" if math.isfinite(loss) else "diverged") for of, loss in sides]
        steps = f"{self.steps[0]:,} steps" + f" and {self.steps[1]:,}" * (self.steps[0] != self.steps[1])
        lost = f", in {self.lost[0]} of which today's diverged" if 0 < self.lost[0] < self.score.pairs else ""
        return f"today's {ends[0]} · {ends[1]}, after {steps}, {self.score.pairs} pairs{lost}"


@dataclass(frozen=True)
class Estimate:
    """A number with the range it may lie in and the reason for it; None throughout where the measurement was inconclusive.

    Attributes
    ----------
    value : float or None
        The setting to train at, in that setting's own unit: a learning rate as the optimizer takes it, a batch size in examples.
    low, high : float or None
        The range it may lie in, in the same unit.
    reason : str
        What the number rests on, or why there is none: words that go on a sentence, without a period at their end.
    compared : Comparison or None
        What became of it beside the setting in use; None where it was not tried, being that or for want of steps.
    """

    value: float | None
    low: float | None
    high: float | None
    reason: str
    compared: Comparison | None = None


NOT_ASKED = Estimate(None, None, None, "it was not asked for")


@dataclass(frozen=True)
class Suggestion:
    """Settings to train at.

    Attributes
    ----------
    lr : Estimate
        The peak of the schedule, measured at `batch_size` × `accumulation_steps` examples a step, at today's where none is suggested.
    batch_size : Estimate
        Examples of a minibatch, of all ranks together.
    accumulation_steps : int
        Minibatches whose mean gradient makes one step.
    precision : str
        "fp32", "bf16" or "fp16"; "fp32" also where it was not measured.
    num_workers : int or None
        Processes that should load data beside the training's own; None where that was not worth measuring.
    """

    lr: Estimate
    batch_size: Estimate
    accumulation_steps: int = 1
    precision: str = "fp32"
    num_workers: int | None = None


@dataclass(frozen=True)
class Cost:
    """What a probe took.

    Attributes
    ----------
    steps : int
        Optimizer steps and gradients computed.
    seconds : float
        On the clock, from the start of the training's process to the last measurement.
    """

    steps: int
    seconds: float


@dataclass(frozen=True, eq=False)
class Outcome:
    """Everything the summary needs; nothing is measured after this point.

    Attributes
    ----------
    suggestion : Suggestion
        Settings to train at.
    cost : Cost
        What measuring took.
    run : Path
        The TensorBoard run directory that was written.
    notes : tuple of str
        Sentences about what failed, was left out or was cut short.
    model : str
        The file that was probed, as it was named.
    hparams : mapping of str to Any
        Today's settings by name, as `Training.hparams` gives them.
    tables : mapping of str to SimpleNamespace
        A measurement's columns by its name: attributes, float arrays of shape (rows,), NaN where a row lacks the column.
    findings : tuple of Finding
        What the measurements' checks said of the tables.
    changed : str or None
        A sentence on files of the user's that were not afterwards as they were before.
    options : mapping of str to str
        The option of the script's own parser that sets each of today's settings, where it has one.
    status : int
        What a shell says of the signal that cut it short, 130 for Ctrl-C; 0 where none did.
    """

    suggestion: Suggestion
    cost: Cost
    run: Path
    notes: tuple[str, ...] = ()
    model: str = "model.py"
    hparams: Mapping[str, Any] = field(default_factory=dict)
    tables: Mapping[str, SimpleNamespace] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()
    changed: str | None = None
    status: int = 0
    options: Mapping[str, str] = field(default_factory=dict)


def note(message: str, evidence: Evidence, *changes: Change) -> Finding:
    """What a measurement says: a note, with the changes it calls for under the measurement as their cause.

    The measurement is named by the evidence's signal, what stands before its "/".
    """
    name = evidence.signal.partition("/")[0].replace("_", "-")
    causes = (Cause(name, 1.0, message, (evidence,), changes),) if changes else ()
    return Finding(message, (evidence,), level="note", problem=name, causes=causes)
