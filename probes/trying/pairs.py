"""Trainings in pairs, one after the other, until they settle what a change does, or there is no more time for them."""

import dataclasses
import math
import time
from collections.abc import Callable
from pathlib import Path
from typing import IO

from advisor.errors import AdvisorError
from advisor.interruption import opened, status
from probes.trials.sequential_test import LEVEL
from probes.trying.arm import Arm
from probes.trying.change import Setting, arguments_with
from probes.trying.horizon import horizon
from probes.trying.outcome import Cost, Pair
from probes.trying.seen import Seen
from probes.trying.training import Trained, trained
from probes.trying.verdict import BAND, Judgement, judged

AS_IT_IS, CHANGED = 0, 1
NAMES = ("as-it-is", "changed")
SHIFT = 1_000_003  # between the seeds of one pair and the next
NO_STEP = "{name} was not tried, for no optimizer step was seen in it{so}."
Progress = Callable[[str, float, float], None]


@dataclasses.dataclass(frozen=True)
class Plan:
    """What is asked for.

    Attributes
    ----------
    steps : int or None
        Optimizer steps of each training as it is; None for what the symptom takes, or the script's own end.
    pairs : int
        At most.
    seconds : float
        For everything together.
    symptom : str
        The problem that is to be gone; empty for whatever the training as it is has.
    planned : int or None
        Steps of the whole training, where a run told them.
    """

    steps: int | None = None
    pairs: int = 8
    seconds: float = math.inf
    band: float = BAND
    level: float = LEVEL
    seed: int = 0
    symptom: str = ""
    planned: int | None = None


class Trial:
    """A change under trial: its pairs so far, and what they cost."""

    def __init__(self, arm: Arm, settings: tuple[Setting, ...], plan: Plan, folder: Path, progress: Progress, output: IO[bytes] | None):
        self.arm, self.settings, self.plan, self.folder, self.progress, self.output = arm, settings, plan, folder, progress, output
        self.begin, self.cost, self.pairs, self.notes = time.perf_counter(), Cost(), list[Pair](), list[str]()
        self.steps: list[int | None] = [plan.steps, plan.steps]
        self.planned, self.status, self.late = plan.planned, 0, False
        self.first: Trained | None = None

    def run(self, told: Callable[[str], None]) -> Judgement:
        """Train pair after pair; the verdict on those that are whole. `told` is called with what it will cost, once that is known.

        Raises
        ------
        AdvisorError
            Nothing could be tried: the script never trains, or there was no time for a pair.
        """
        try:
            while len(self.pairs) < self.plan.pairs and not (self.pairs and self.judgement().settled):
                with opened():
                    pair = self.pair(len(self.pairs), told)
                if pair is None:
                    break
                self.pairs.append(pair)
        except KeyboardInterrupt as signal:
            self.status = status(signal)
        if self.late and not self.pairs:
            raise AdvisorError(
                f"there was no time for a pair of trainings of {self.arm.path.name}: allow more by --budget, or fewer --steps."
            )
        return self.judgement()

    def judgement(self) -> Judgement:
        """On the pairs so far."""
        plan = self.plan
        return judged(self.pairs, symptom=plan.symptom, steps=self.steps[0], planned=self.planned, band=plan.band, level=plan.level)

    def pair(self, number: int, told: Callable[[str], None]) -> Pair | None:
        """One pair, the order alternating, but for the first, whose training as it is says how long; None where there is no time left."""
        sides: dict[int, Seen] = {}
        for side in (AS_IT_IS, CHANGED) if number % 2 == 0 else (CHANGED, AS_IT_IS):
            done = self.training(number, side)
            if done.late:
                self.late = True
                return None
            self.need_step(done, side)
            if number == 0 and side == AS_IT_IS:
                self.measure_up(done, told)
            sides[side] = Seen(done, self.steps[side])
        return Pair(sides[AS_IT_IS], sides[CHANGED])

    def training(self, number: int, side: int) -> Trained:
        """One training, logged in a folder of its own."""
        plan, name = self.plan, f"pair-{number + 1}-{NAMES[side]}"
        settings = self.settings if side == CHANGED else ()
        arm = dataclasses.replace(
            self.arm,
            arguments=arguments_with(self.arm.arguments, settings),
            settings=tuple((one.name, one.value) for one in settings if not one.argument),
            shift=plan.seed + number * SHIFT,
            steps=self.steps[side],
            planned=self.planned,
        )
        most, words = self.steps[side] or self.planned or 0, f"pair {number + 1}, {NAMES[side].replace('-', ' ')}"
        whole = float(2 * plan.pairs)
        at = 2 * number + side

        def reached(steps: int) -> None:
            self.progress(f"{words}, step {steps}", at + (min(steps / most, 1.0) if most else 0.0), whole)

        reached(0)
        left = plan.seconds - (time.perf_counter() - self.begin)
        done = trained(arm, self.folder / name, reached, self.output, max(left, 0.1) if math.isfinite(left) else None)
        cost = Cost(done.ended.steps, done.seconds, done.cpu_seconds)
        self.cost = Cost(*(one + more for one, more in zip(dataclasses.astuple(self.cost), dataclasses.astuple(cost), strict=True)))
        return done

    def measure_up(self, done: Trained, told: Callable[[str], None]) -> None:
        """The first training as it is tells how long the script trains, and what is wrong with it, and so how long the others need to."""
        self.first = done
        if done.ended.whole:
            self.planned = self.planned or done.ended.steps
        seen = Seen(done)
        symptom = self.plan.symptom or next(iter(seen.problems), "")
        if self.plan.steps is None and self.planned and seen.report is not None:
            self.steps = [self.validated(seen, horizon(seen.report, symptom, self.planned))] * 2
        self.steps[CHANGED] = self.equal_data(seen)
        of = min(self.steps[0] or done.ended.steps, done.ended.steps) / max(done.ended.steps, 1)
        each = max(done.seconds * of, 1.0)
        told(
            f"2 to {self.plan.pairs} pairs of {self.steps[0] or done.ended.steps:,} steps, about {minutes(4 * each)} to"
            f" {minutes(2 * self.plan.pairs * each)}; Ctrl-C gives the verdict so far."
        )

    def validated(self, seen: Seen, steps: int) -> int:
        """The step of the first validation from here on, so that there is one to compare."""
        validation = seen.curve("val_loss")
        later = [] if validation is None else [int(step) for step in validation.steps if step >= steps]
        return later[0] if later else steps

    def equal_data(self, seen: Seen) -> int | None:
        """Steps of the changed training: of another batch size as many as see as many examples."""
        to = next((one.value for one in self.settings if one.name == "batch_size" and not one.argument), None)
        own = None if seen.report is None else seen.report.run.hparams.get("batch_size")
        steps = self.steps[AS_IT_IS]
        return steps if steps is None or not to or not own else max(1, round(steps * float(own) / to))

    def need_step(self, done: Trained, side: int) -> None:
        """Of the training as it is: that it trains. What the change breaks is a result.

        Raises
        ------
        AdvisorError
            No optimizer step was seen, and none was tried that ran out of memory; or a knob refused.
        """
        ended, name = done.ended, self.arm.path.name
        if ended.failure == "refused":
            raise AdvisorError(f"{name} was not tried: {ended.text.rstrip('.')}.")
        if side == AS_IT_IS and not ended.steps and ended.failure != "out-of-memory":
            last = ended.text.strip().splitlines()[-1:] or [""]
            raise AdvisorError(NO_STEP.format(name=name, so=f": {last[0].rstrip('.')}" if last[0] else ""))


def minutes(seconds: float) -> str:
    """Time in words."""
    from advisor.wording import duration

    return duration(seconds)
