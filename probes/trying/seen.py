"""A training of a pair as its run directory tells it: its losses, and what is wrong with it."""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from advisor.errors import AdvisorError
from advisor.finding import LOUD, Report
from advisor.run import Run
from advisor.scalar import Scalar
from probes.trying.arms.training import Trained

LAST = 10  # a training loss is the mean of so large a part, one in, at its end
FAILURES = ("out-of-memory", "crash")  # problems that are told by how the training ended
SCALES = 3.0  # times the training loss that a validation loss in its units may be, when it is first computed


@dataclass(frozen=True, eq=False)
class Seen:
    """A training that is over, read once: as far as a step where it went on beyond that, or is taken to have `stopped` there."""

    training: Trained
    upto: int | None = None
    stopped: bool = False

    @cached_property
    def report(self) -> Report | None:
        """The diagnosis by itself; None where nothing was logged."""
        import advisor

        try:
            run = advisor.read(self.training.folder)[0]
        except (AdvisorError, IndexError):
            return None
        if self.upto is not None and self.training.ended.steps > self.upto:
            run = cut_run(run, self.upto)
        return advisor.diagnose(run, alone=True)[0]

    def curve(self, name: str) -> Scalar | None:
        """The signal of this name; None where it was not logged."""
        return None if self.report is None else self.report.run.signal(name)

    @property
    def broke(self) -> bool:
        """Whether it did not come to its end, nor to the step that it was to end after."""
        return bool(self.training.ended.failure)

    @property
    def problems(self) -> tuple[str, ...]:
        """The problems that were found, errors and warnings, the most important first."""
        found = [] if self.report is None else [finding.problem for finding in self.report.findings if finding.level in LOUD]
        if self.training.ended.failure == "out-of-memory":
            found = ["out-of-memory", *(one for one in found if one != "out-of-memory")]
        return tuple(found)

    @cached_property
    def whole(self) -> "Seen":
        """The same training to its own end, where that lies beyond what is compared."""
        return self if self.stopped or self.steps == self.training.ended.steps else Seen(self.training)

    @property
    def steps(self) -> int:
        """Optimizer steps of what is seen."""
        return min(self.training.ended.steps, self.upto or self.training.ended.steps)

    def passed(self, problem: str) -> bool:
        """Whether the problem was looked for and not found; one that shows as a failure is not there where there is none."""
        if problem in FAILURES:
            return not self.broke
        return not self.broke and self.report is not None and problem in self.report.passed

    def first_loss(self) -> float:
        """The training loss of the first step, before anything was learned; NaN where there is none."""
        loss = self.curve("train_loss")
        return float(loss.values[0]) if loss is not None and len(loss) else np.nan

    def last(self, signal: str) -> float:
        """The loss it came to: the last one validated, the mean of the last tenth of those trained; NaN where it broke or diverged."""
        loss = self.curve(signal)
        if self.broke or loss is None or not len(loss):
            return np.nan
        trained = self.curve("train_loss")
        if trained is not None and len(trained) and not np.isfinite(trained.values[-1]):
            return np.nan
        return float(loss.values[-1] if signal == "val_loss" else loss.values[-max(1, len(loss) // LAST) :].mean())

    def step_time(self) -> float:
        """Seconds of a step, in the median; NaN where none was logged."""
        times = self.curve("step_time")
        return float(np.median(times.values)) if times is not None and len(times) else np.nan

    def best(self, signal: str) -> float:
        """The lowest loss that was validated; of training, whose single losses are noise, none that counts, which is infinite."""
        loss = self.curve(signal)
        finite = loss.finite().values if loss is not None and signal == "val_loss" else np.array([])
        return float(finite.min()) if len(finite) else np.inf

    def start(self, signal: str) -> float:
        """The loss before it began: the first one trained, where it is in the units of what is measured; else the first one measured."""
        first, measured, trained = self.first_loss(), self.curve(signal), self.curve("train_loss")
        if signal == "train_loss" or measured is None or trained is None:
            return first
        before = trained.values[trained.steps <= measured.steps[0]]
        beside = float(np.mean(before[-max(1, len(before) // LAST) :])) if len(before) else first
        validated = float(measured.values[0])
        if not np.isfinite(validated):  # it had diverged by then
            return first
        alike = beside > 0 and validated > 0 and 1 / SCALES < validated / beside < SCALES
        return first if alike and first > validated else validated


def need_loss(seen: Seen, name: str) -> None:
    """Of the first training as it is.

    Raises
    ------
    AdvisorError
        Nobody saw a loss in it.
    """
    ended = seen.training.ended
    if ended.steps and not ended.gradients and not ended.failure and seen.curve("val_loss") is None:
        raise AdvisorError(f"{name} was not tried: it took {ended.steps:,} steps, but no loss was seen in it that could be compared.")


def forms(report: Report | None, problem: str) -> tuple[str, ...]:
    """The problem, and those found beside it with the same first cause: one sickness, which need not show all alike."""
    beside = [] if report is None else [one.problem for one in report.findings if one.same_cause_as == problem and one.level in LOUD]
    return (problem, *beside) if problem else ()


def cut_run(run: Run, upto: int) -> Run:
    """The run as far as this step."""
    return replace(run, scalars={tag: cut(curve, upto) for tag, curve in run.scalars.items()})


def cut(curve: Scalar, upto: int) -> Scalar:
    """The curve as far as this step."""
    kept = curve.steps <= upto
    return replace(curve, steps=curve.steps[kept], values=curve.values[kept], wall=curve.wall[kept])


def identical(one: Seen, other: Seen) -> bool:
    """Whether both took the same steps with the same losses, to the last bit."""
    first, second = one.curve("train_loss"), other.curve("train_loss")
    if first is None or second is None or len(first) != len(second) or first.steps[-1] != second.steps[-1]:
        return False
    return np.array_equal(first.values, second.values, equal_nan=True) and one.training.ended.failure == other.training.ended.failure
