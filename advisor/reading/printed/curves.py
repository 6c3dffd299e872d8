"""The curves a training printed, point by point as its lines come."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np

from advisor.reading.printed.began_again import last_repeats, of_an_earlier_training
from advisor.reading.printed.measures import measured
from advisor.reading.printed.plan import Plan
from advisor.reading.printed.points import Points, in_order, once
from advisor.reading.printed.prefix import time_of
from advisor.reading.printed.rounded_epochs import PARTS_SAID, below_headings, counted_within, parts_of, spread, told_by_epochs
from advisor.reading.printed.signs import LABEL, Names, names_of, of_a_game
from advisor.reading.printed.steps import Steps
from advisor.reading.printed.table import Table
from advisor.reading.step_falls import counted_on
from advisor.scalar import Scalar, scalar
from advisor.signals.evaluation_sets import sets_alone
from advisor.signals.tags import VAL, meaning

FEW, PAIR = 3, 2  # points at rising steps before a text is a log; of a loss of the vocabulary that is enough
MANY = 10  # points without a counter before a text is a log
MOST = 2000  # curves of one text; one with more calls the same thing by another name in every line
KINDS, ONE_IN = 1 << 14, 16  # kinds of measuring lines, after which of those that come once one in so many is looked at
OBJECTIVE = re.compile(r"loss|rew|return|score|acc\b|accuracy|perplexity|\bppl\b|\bbp[bc]\b|elbo", re.IGNORECASE)


@dataclass
class Curves:
    """Everything measured so far: steps, values and times of each tag."""

    points: dict[str, Points] = field(default_factory=dict)
    uncounted: dict[str, Points] = field(default_factory=dict)  # of lines before the first counter
    by_epoch: set[str] = field(default_factory=set)  # tags with points that only an epoch gives a step
    steps: Steps = field(default_factory=Steps)
    table: Table = field(default_factory=Table)
    role: str = ""  # of the lines to come that name none
    wall: float = float("nan")
    measured: int = 0  # lines that told an objective
    unsure: dict[str, Scalar] = field(default_factory=dict)  # where no name says what is a loss: curves that may be
    full: bool = False  # more than `MOST` curves were named
    kinds: int = 0  # of lines that measure
    passed_by: int = 0  # lines of a kind of their own
    lines: int = 0  # in the blocks taken in, those that progress bars wrote over themselves counted too

    def look(self, line: int, text: str, plain: str) -> None:
        """Take in a line that may measure something, by its place in the text, as it is and without its prefixes."""
        if (wall := time_of(text)) == wall:
            self.wall = wall
        if LABEL.match(plain):
            self.role = "val"
        entry = self.table.entry(plain)
        told = measured(entry) if entry else None
        names = self.names(told.plan) if told else None
        if told and names is not None:
            step = self.steps.at(told)
            self.note(told.plan, names, step)
            values = {**told.values, "epoch": told.epoch}
            for tag, name in names:
                self.of(name, step).add(line, step or 0.0, self.wall, values[tag] or 0.0)

    def names(self, plan: Plan) -> Names | None:
        """What to take of a line of this plan, the next one; None where it says nothing."""
        if plan.counts or plan.role:
            self.role = plan.role if plan.role in VAL else ""
        names = names_of(plan, self.role)
        counts = plan.counts and not (plan.epoch is None and self.steps.in_parts)
        return names if names or (plan.leads and counts) else None

    def note(self, plan: Plan, names: Names, step: float | np.ndarray | None, lines: int = 1) -> None:
        """That lines of this plan were placed there: their curves stand in the order in which they were first named."""
        for _, name in names:
            self.of(name, step)
        if step is not None:
            self.measured += plan.objective * lines
            if plan.epoch is not None and not self.steps.counted:
                self.by_epoch.update([name for _, name in names])

    def of(self, name: str, step: float | np.ndarray | None) -> Points:
        """The points of a curve; of lines without a step, in a text that had none yet, each value is one more of its name."""
        into = self.uncounted if step is None else self.points
        if name in into:
            return into[name]
        self.full |= len(into) >= MOST
        return Points() if len(into) >= MOST else into.setdefault(name, Points())

    def asks_of(self, times: int) -> bool:
        """Whether a kind of lines, of which so many came together, is looked at: else a text of ever new words takes minutes."""
        if times > 1 or self.kinds < KINDS:
            return True
        self.passed_by += 1
        return self.passed_by % ONE_IN == 0

    def scalars(self, name: str) -> tuple[dict[str, Scalar], tuple[str, ...]]:
        """The curves, and what had to be replaced; nothing where too little rises to be a training's log."""
        old = of_an_earlier_training({tag: points for tag, points in self.points.items() if len(points)})
        told = in_order({tag: points for tag, points in self.points.items() if tag not in old})
        by_epoch = self.by_epoch & told.keys()
        epochs = told["epoch"][1] if by_epoch and "epoch" in told else np.zeros(1)
        if (epochs % 1).any():
            told |= {tag: told_by_epochs(told[tag], epochs.max()) for tag in by_epoch}
        spread_out, repeats = once(spread), once(last_repeats)
        counts = {tag: spread_out(steps) if tag in by_epoch else steps for tag, (steps, _, _) in told.items()}
        if not self.steps.counted and (batches := below_headings({tag: at for tag, at in counts.items() if tag not in by_epoch})):
            counts, by_epoch = counts | batches, set(told)
        fractional = any(map(once(lambda steps: bool((steps != np.floor(steps)).any())), (counts[tag] for tag in by_epoch)))
        parts = parts_of([counts[tag] for tag in by_epoch]) if fractional else 1
        in_parts = once(lambda steps: np.round(steps * parts))
        counts |= {tag: in_parts(counts[tag]) for tag in by_epoch if fractional}
        within = counted_within({tag: self.points[tag] for tag in told}, counts) if by_epoch == told.keys() else {}
        counts |= within
        points = {tag: (counts[tag], values) for tag, (_, values, _) in told.items()}
        anew = counted_on(points, [tag for tag in points if _is_loss(tag)])
        found, again, of_sets = {}, [], sets_alone(points)
        for tag, (counted, values) in points.items():
            steps, wall = anew.get(tag, counted), told[tag][2]
            kept, back = repeats(steps)
            again += [(int(steps[first]), int(lost), tag) for first, lost in back]
            if len(kept) < len(steps):
                steps, values, wall = steps[kept], values[kept], wall[kept]
            if len(steps) >= FEW or meaning(tag) or tag in of_sets:
                found[tag] = scalar(steps, values, wall, tag)
        least = FEW if again or any(map(_of_a_loss, self.uncounted)) else PAIR
        if not (least == PAIR and _tell_both(found)) and not any(
            (_is_objective(tag) or tag in of_sets) and len(curve) >= (least if _is_loss(tag) else FEW) for tag, curve in found.items()
        ):
            self.unsure = {tag: curve for tag, curve in found.items() if _may_be_a_curve(curve)}
            return self._counted_lines(name)
        notes = [f"{name} names more than {MOST:,} curves: the first were read"] * self.full
        notes += [f"{name}: of {self.passed_by:,} lines unlike any other one in {ONE_IN} was read"] * bool(self.passed_by)
        by_epochs = f"{name} tells only epochs: its steps are {PARTS_SAID.get(parts, f'{parts:,}ths')} of an epoch"
        notes += [by_epochs] * (fractional and not within)
        notes += [f"{name} tells one epoch only: the points in it were counted"] * bool(within)
        if anew:
            notes.append(f"{name} counts its steps anew while the training goes on: they were put one after the other")
        if again and max(lost for _, lost, _ in again) >= FEW:
            step, lost, tag = max(again, key=lambda one: one[1])
            notes.append(f"{name} began again at step {step}: the {lost} points of {tag} printed before from there on were replaced")
        notes += [f"{name} was begun again: {tag}, printed before, was left out" for tag in old]
        return found, tuple(notes)

    def _counted_lines(self, name: str) -> tuple[dict[str, Scalar], tuple[str, ...]]:
        """The curves of a text without counters that move, over the count of their points.

        Nothing where neither a loss moves nor its rate.
        """
        counted = in_order({tag: points for tag, points in self.points.items() if len(points)})
        told = in_order(self.uncounted) if self.uncounted else {tag: points for tag, points in counted.items() if not np.ptp(points[0])}
        kept = {tag: points for tag, points in told.items() if len(points[0]) >= MANY and tag != "epoch"}
        found = {tag: scalar(np.arange(len(values)), values, wall, tag) for tag, (_, values, wall) in kept.items()}
        known = {tag: said.quantity for tag in found if (said := meaning(tag))}
        moving = [tag for tag, curve in found.items() if len(np.unique(curve.values)) >= FEW and (curve.finite().values % 1).any()]
        game = len(set(of_a_game(found)) & set(moving)) > 1
        if not game and ("loss" not in known.values() or not {known.get(tag) for tag in moving} & {"loss", "lr"}):
            return {}, ()  # a loss may be 0 or NaN all along, while its rate is raised
        return found, (f"{name} counts neither steps nor epochs: the points of each curve were counted",)


def _may_be_a_curve(curve: Scalar) -> bool:
    """Whether these many points may be measurements of a training: no counts, no rates and no times."""
    known = meaning(curve.tag)
    finite = curve.finite().values
    return len(curve) >= MANY and known is None and bool(len(np.unique(finite)) >= FEW and (finite % 1).any())


def _is_objective(tag: str) -> bool:
    return bool(OBJECTIVE.search(tag)) or _is_loss(tag)


def _is_loss(tag: str) -> bool:
    """Whether it is a loss or a score of the vocabulary."""
    known = meaning(tag)
    return known is not None and known.quantity in ("loss", "accuracy")


def _of_a_loss(tag: str) -> bool:
    return (known := meaning(tag)) is not None and known.quantity == "loss"


def _tell_both(curves: Iterable[str]) -> bool:
    """Whether the losses of training and of validation are among them: then one point of each is a training's first epoch, or its last."""
    known = [said for tag in curves if (said := meaning(tag)) and said.quantity == "loss"]
    return {said.role == "val" for said in known} == {True, False}
