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
from probes.trying.arms.arm import Arm
from probes.trying.arms.training import Trained, need_step, trained
from probes.trying.change import Setting, arguments_with
from probes.trying.horizon import DELAYED, equal_data, horizon, validated
from probes.trying.outcome import Cost, Pair
from probes.trying.plan import Plan
from probes.trying.repair import FEWEST_MENDED
from probes.trying.replay import stopped
from probes.trying.seen import Seen, need_loss
from probes.trying.verdict import Judgement, judged

AS_IT_IS, CHANGED = 0, 1
NAMES = ("as-it-is", "changed")
SHIFT = 1_000_003  # between the seeds of one pair and the next
WITH_ALL = "as-it-is-with-all-data"
HELD_OUT = "{name} validates nothing that can be told, so a tenth of what it trains on is held out, and it is trained as it is once more."
Progress = Callable[[str, float, float], None]


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
        self.begin, self.cost, self.pairs = time.perf_counter(), Cost(), list[Pair]()
        self.steps: list[int | None] = [plan.steps, plan.steps]
        self.planned, self.brief, self.status, self.late = plan.planned, plan.brief, 0, False
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
            while len(self.pairs) < self.plan.pairs and not (self.pairs and self.enough(self.judgement())):
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

    def enough(self, found: Judgement) -> bool:
        """Whether no further pair is needed."""
        return found.settled or (self.plan.to_mend and found.refuted)

    def judgement(self) -> Judgement:
        """On the pairs so far."""
        plan = self.plan
        found = judged(self.pairs, symptoms=plan.symptoms, steps=self.steps[0], planned=self.planned, band=plan.band, level=plan.level)
        return dataclasses.replace(found, doubtful=False) if plan.asked else found

    def pair(self, number: int, told: Callable[[str], None]) -> Pair | None:
        """One pair, the order alternating, but for the first, whose training as it is says how long; None where there is no time left."""
        sides: dict[int, Seen] = {}
        known = self.as_it_is.get(number)
        if known is not None:
            sides[AS_IT_IS] = known
            self.arm = dataclasses.replace(self.arm, hold_out=known.training.ended.held_out > 0)
            if number == 0:
                self.measure_up(known.training, told)
        for side in (AS_IT_IS, CHANGED) if number % 2 == 0 or self.settings[0].replayed else (CHANGED, AS_IT_IS):
            if side in sides:
                continue
            if side == CHANGED and self.settings[0].replayed:
                sides[CHANGED] = stopped(sides[AS_IT_IS], self.settings[0])
                continue
            done = self.training(number, side)
            if done.late:
                self.late = True
                return None
            need_step(done, self.arm.path.name, anyway=side == CHANGED)
            if number == 0 and side == AS_IT_IS:
                need_loss(Seen(done), self.arm.path.name)
                self.measure_up(done, told)
                done = self.with_held_out(done, told)
                if done.late:
                    self.late = True
                    return None
            sides[side] = Seen(done, self.steps[side])
            if side == AS_IT_IS:
                self.as_it_is[number] = sides[side]
        return Pair(sides[AS_IT_IS], sides[CHANGED])

    def with_held_out(self, done: Trained, told: Callable[[str], None]) -> Trained:
        """The first training as it is, made again with a tenth of its data held out where it validates nothing and that can be done."""
        if not done.ended.one_by_one or Seen(done).curve("val_loss") is not None:
            return done
        told(HELD_OUT.format(name=self.arm.path.name))
        before = dataclasses.replace(done, folder=done.folder.rename(done.folder.with_name(WITH_ALL)))
        self.arm = dataclasses.replace(self.arm, hold_out=True)
        again = self.training(0, AS_IT_IS)
        if again.late or Seen(again).curve("val_loss") is not None:
            return again
        self.arm = dataclasses.replace(self.arm, hold_out=False)
        return before

    def training(self, number: int, side: int) -> Trained:
        """One training, logged in a folder of its own."""
        plan, name = self.plan, f"pair-{number + 1}-{NAMES[side]}" + (self.number and f"-{self.number}") * side
        settings = self.settings if side == CHANGED else ()
        arm = dataclasses.replace(
            self.arm,
            arguments=arguments_with(self.arm.arguments, settings),
            settings=tuple((one.name, one.value) for one in settings if not one.argument),
            shift=plan.seed + number * SHIFT,
            steps=None if side == CHANGED and self.to_the_end(number) else self.steps[side],
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

    def to_the_end(self, number: int) -> bool:
        """Whether the changed training of this pair is to go on to the script's own end, to say what a shorter one cannot."""
        return (self.brief and number == FEWEST_MENDED - 1) or (number >= FEWEST_MENDED - 1 and self.judgement().doubtful)

    def measure_up(self, done: Trained, told: Callable[[str], None]) -> None:
        """The first training as it is tells how long the script trains, and what is wrong with it, and so how long the others need to."""
        self.first = done
        if done.ended.whole:
            self.planned = self.planned or done.ended.steps
        seen = Seen(done)
        symptom = next(iter(self.plan.symptoms or seen.problems), "")
        if self.plan.steps is None and self.planned and seen.report is not None and not self.settings[0].replayed:
            self.steps, self.brief = [validated(seen, horizon(seen.report, symptom, self.planned))] * 2, symptom in DELAYED
        self.steps[CHANGED] = equal_data(self.steps[AS_IT_IS], seen, self.settings)
        of = min(self.steps[0] or done.ended.steps, done.ended.steps) / max(done.ended.steps, 1)
        each = max(done.seconds * of, 1.0)
        told(
            f"{self.steps[0] or done.ended.steps:,} steps each{', one of them to its end' * self.brief}, about {duration(3 * each)} to"
            f" {duration((2 * self.plan.pairs - 1) * each)} more;"
            " Ctrl-C gives the verdict so far."
        )
