"""Trainings in pairs, one after the other, until they settle what a change does, or there is no more time for them."""

import dataclasses
import math
import time
from collections.abc import Callable
from pathlib import Path
from typing import IO

from advisor.errors import AdvisorError
from advisor.interruption import opened, status
from advisor.wording import duration
from probes.trials.sequential_test import LEVEL
from probes.trying.arm import Arm
from probes.trying.change import Setting, arguments_with
from probes.trying.horizon import equal_data, horizon, validated
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
    symptoms : tuple of str
        The problem that is to be gone, then those that are the same sickness; empty for whatever the training as it is has.
    planned : int or None
        Steps of the whole training, where a run told them.
    """

    steps: int | None = None
    pairs: int = 8
    seconds: float = math.inf
    band: float = BAND
    level: float = LEVEL
    seed: int = 0
    symptoms: tuple[str, ...] = ()
    planned: int | None = None


class Trial:
    """A change under trial: its pairs so far, and what they cost.

    The trainings as they are, by their pairs, are kept in `as_it_is` for the next change, of which this is the one of that `number`.
    """

    def __init__(
        self,
        arm: Arm,
        settings: tuple[Setting, ...],
        plan: Plan,
        folder: Path,
        progress: Progress,
        output: IO[bytes] | None,
        as_it_is: dict[int, Seen] | None = None,
        number: str = "",
    ):
        self.arm, self.settings, self.plan, self.folder, self.progress, self.output = arm, settings, plan, folder, progress, output
        self.as_it_is, self.number = {} if as_it_is is None else as_it_is, number
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
        if not self.as_it_is:
            told(self.price())
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

    def price(self) -> str:
        """What is known of the cost before anything is trained."""
        known = self.steps[AS_IT_IS] or self.planned
        first = f"takes {known:,} steps" if known else "goes to the script's own end"
        most = self.plan.pairs
        pairs = "a pair of trainings, one after the other" if most == 1 else f"2 to {most} pairs of trainings, one after the other"
        return f"{pairs}; the first {first}{' and tells what the others cost' if most > 1 else ''}."

    def judgement(self) -> Judgement:
        """On the pairs so far."""
        plan = self.plan
        return judged(self.pairs, symptoms=plan.symptoms, steps=self.steps[0], planned=self.planned, band=plan.band, level=plan.level)

    def pair(self, number: int, told: Callable[[str], None]) -> Pair | None:
        """One pair, the order alternating, but for the first, whose training as it is says how long; None where there is no time left."""
        sides: dict[int, Seen] = {}
        known = self.as_it_is.get(number)
        if known is not None:
            sides[AS_IT_IS] = known
            if number == 0:
                self.measure_up(known.training, told)
        for side in (AS_IT_IS, CHANGED) if number % 2 == 0 else (CHANGED, AS_IT_IS):
            if side in sides:
                continue
            done = self.training(number, side)
            if done.late:
                self.late = True
                return None
            self.need_step(done, side)
            if number == 0 and side == AS_IT_IS:
                self.measure_up(done, told)
            sides[side] = Seen(done, self.steps[side])
            if side == AS_IT_IS:
                self.as_it_is[number] = sides[side]
        return Pair(sides[AS_IT_IS], sides[CHANGED])

    def training(self, number: int, side: int) -> Trained:
        """One training, logged in a folder of its own."""
        plan, name = self.plan, f"pair-{number + 1}-{NAMES[side]}" + (self.number and f"-{self.number}") * side
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
        symptom = next(iter(self.plan.symptoms or seen.problems), "")
        if self.plan.steps is None and self.planned and seen.report is not None:
            self.steps = [validated(seen, horizon(seen.report, symptom, self.planned))] * 2
        self.steps[CHANGED] = equal_data(self.steps[AS_IT_IS], seen, self.settings)
        of = min(self.steps[0] or done.ended.steps, done.ended.steps) / max(done.ended.steps, 1)
        each = max(done.seconds * of, 1.0)
        told(
            f"{self.steps[0] or done.ended.steps:,} steps each, about {duration(3 * each)} to"
            f" {duration((2 * self.plan.pairs - 1) * each)} more;"
            " Ctrl-C gives the verdict so far."
        )

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
