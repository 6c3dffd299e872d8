"""The curves a training printed, point by point as its lines come."""

import re
from array import array
from dataclasses import dataclass, field

import numpy as np

from advisor.reading.printed.began_again import last_repeats
from advisor.reading.printed.measures import Measured, measured
from advisor.reading.printed.prefix import time_of
from advisor.reading.printed.rounded_epochs import parts_of, spread
from advisor.reading.printed.steps import Steps
from advisor.reading.printed.table import Table, begins, is_part
from advisor.reading.printed.templates import Template, template_of
from advisor.reading.step_falls import counted_on
from advisor.scalar import Scalar, scalar
from advisor.signals.tags import VAL, meaning

FEW = 3  # points at rising steps before a text is a log
MANY = 10  # points without a counter before a text is a log
PARTS_SAID = {1000: "thousandths"}
OBJECTIVE = re.compile(r"loss|rew|return|score|acc\b|accuracy|perplexity|\bppl\b|\bbp[bc]\b|elbo", re.IGNORECASE)
VALUE = re.compile(r"\d|nan\b|inf")
# Without one of these in it, in lower case, no line is looked at: it neither counts nor names a quantity of the vocabulary.
SIGNS = (
    *("epoch", "ep ", "ep:", "step", "iter", "it ", "it:", "it=", "itr", "round", "tick", "update", "episode", "batch", "mb", "s:"),
    *("loss", "l:", "acc", "lr", "rate", "nll", "bce", "ce:", "ce=", "ce ", "recon", "elbo", "wer", "cer", "mse", "mae", "rmse"),
    *("norm", "ppl", "perplex", "bp", "entropy", "dice", "iou", "f1", "auc", "bleu", "map", "@", "precision"),
)
LABEL = re.compile(r"^\W*(?:test|val|valid|validation|eval|evaluation)\b[\w ]{0,20}:$", re.IGNORECASE)  # "Test Error:", alone on its line
CODE = re.compile(r"self\.|\bprint|\w ?[=+*!-]= ?[\w\"']|://|\breturn\b|\bdef \w|%[.\d]*[dfs]\b|\{[^{}'\"]*\}")


def may_measure(plain: str) -> bool:
    """Whether any line that differs from this one, stripped of its prefixes, by its numbers only could say something of a curve."""
    if not plain or is_part(plain) or LABEL.match(plain):
        return bool(plain)
    low = plain.lower()
    if not (VALUE.search(low) and any(sign in low for sign in SIGNS)) or CODE.search(plain):
        return False
    told = measured(plain)
    return told is not None and (told.plan.counts or any(meaning(tag) for tag in told.values))


def template(text: str, plain: str) -> Template | None:
    """How lines like this one are read, as it is and without its prefixes; None for those that other lines make readable."""
    return None if begins(plain) or LABEL.match(plain) else template_of(text, plain)


@dataclass
class Curves:
    """Everything measured so far: steps, values and times of each tag."""

    points: dict[str, tuple[array, array, array]] = field(default_factory=dict)
    uncounted: dict[str, tuple[array, array, array]] = field(default_factory=dict)  # of lines before the first counter
    by_epoch: set[str] = field(default_factory=set)  # tags with points that only an epoch gives a step
    steps: Steps = field(default_factory=Steps)
    table: Table = field(default_factory=Table)
    role: str = ""  # of the lines to come that name none
    wall: float = float("nan")
    measured: int = 0  # lines

    def look(self, text: str, plain: str) -> None:
        """Take in a line that may measure something, as it is and without its prefixes."""
        if (wall := time_of(text)) == wall:
            self.wall = wall
        if LABEL.match(plain):
            self.role = "val"
        line = self.table.entry(plain)
        if line and (told := measured(line)):
            self._take(told)

    def look_alike(self, template: Template, text: str) -> bool:
        """Take in a line by the template of those like it; False where it has to be looked at itself."""
        told = None if self.table.is_open else template.read(text)
        if told is None:
            return False
        if template.timed and (wall := time_of(text)) == wall:
            self.wall = wall
        self._take(told)
        return True

    def _take(self, told: Measured) -> None:
        plan = told.plan
        if plan.counts or plan.role:
            self.role = plan.role if plan.role in VAL else ""
        values = told.values if plan.counts else self._of_the_line_above(told)
        if not values and not (plan.leads and plan.counts):
            return
        step = self.steps.at(told)
        if step is None:
            self._count(values)
            return
        if values and told.epoch is not None:
            values = {**values, "epoch": told.epoch}
        self.measured += plan.objective
        for tag, value in values.items():
            self._point(tag, step, value)
            if plan.epoch is not None and not self.steps.counted:
                self.by_epoch.add(tag)

    def _count(self, values: dict[str, float]) -> None:
        """Of a line without a counter, in a text that had none yet: each of its values is one more of its name."""
        for tag, value in values.items():
            so_far = self.uncounted.setdefault(tag, (array("d"), array("d"), array("d")))
            for column, number in zip(so_far, (len(so_far[0]), value, self.wall), strict=True):
                column.append(number)

    def _of_the_line_above(self, told: Measured) -> dict[str, float]:
        """Of a line that counts nothing: the quantities of the vocabulary, and of the split that the lines above were about; no summary."""
        found: dict[str, float] = {}
        if any(tag.lower().startswith("best") for tag in told.values):
            return found
        for tag, value in told.values.items():
            known = meaning(tag)
            if known and known.quantity in ("loss", "accuracy", "lr", "grad_norm"):
                plain = known.role or self.role not in VAL or known.quantity not in ("loss", "accuracy")
                found[tag if plain else f"{self.role}/{tag}"] = value
        return found

    def _point(self, tag: str, step: float, value: float) -> None:
        columns = self.points.get(tag)
        if columns is None:
            columns = self.points[tag] = (array("d"), array("d"), array("d"))
        columns[0].append(step)
        columns[1].append(value)
        columns[2].append(self.wall)

    def scalars(self, name: str) -> tuple[dict[str, Scalar], tuple[str, ...]]:
        """The curves, and what had to be replaced; nothing where too little rises to be a training's log."""
        counts = {tag: np.array(columns[0]) for tag, columns in self.points.items()}
        counts |= {tag: spread(counts[tag]) for tag in self.by_epoch}
        fractional = any((counts[tag] % 1).any() for tag in self.by_epoch)
        parts = parts_of([counts[tag] for tag in self.by_epoch]) if fractional else 1
        counts |= {tag: np.round(counts[tag] * parts) for tag in self.by_epoch}
        points = {tag: (counts[tag], np.array(columns[1])) for tag, columns in self.points.items()}
        anew = counted_on(points, [tag for tag in points if _is_loss(tag)])
        found, again = {}, []
        for tag, (counted, values) in points.items():
            steps, wall = anew.get(tag, counted), np.array(self.points[tag][2])
            kept, back = last_repeats(steps)
            again += [(int(steps[first]), int(lost), tag) for first, lost in back]
            if len(steps[kept]) >= FEW or meaning(tag):
                found[tag] = scalar(steps[kept], values[kept], wall[kept], tag)
        if not any(_is_objective(tag) and len(curve) >= FEW for tag, curve in found.items()):
            return self._counted_lines(name)
        notes = [f"{name} tells only epochs: its steps are {PARTS_SAID.get(parts, f'{parts:,}ths')} of an epoch"] * fractional
        if anew:
            notes.append(f"{name} counts its steps anew while the training goes on: they were put one after the other")
        if again and max(lost for _, lost, _ in again) >= FEW:
            step, lost, tag = max(again, key=lambda one: one[1])
            notes.append(f"{name} began again at step {step}: the {lost} points of {tag} printed before from there on were replaced")
        return found, tuple(notes)

    def _counted_lines(self, name: str) -> tuple[dict[str, Scalar], tuple[str, ...]]:
        """The curves of a text without counters, over the count of their points; nothing where none is a loss that moves."""
        kept = {tag: [np.array(column) for column in columns] for tag, columns in self.uncounted.items() if len(columns[0]) >= MANY}
        found = {tag: scalar(steps, values, wall, tag) for tag, (steps, values, wall) in kept.items()}
        losses = [curve for tag, curve in found.items() if (known := meaning(tag)) and known.quantity == "loss"]
        if not any(len(np.unique(curve.values)) >= FEW and (curve.finite().values % 1).any() for curve in losses):
            return {}, ()
        return found, (f"{name} counts neither steps nor epochs: the points of each curve were counted",)


def _is_objective(tag: str) -> bool:
    return bool(OBJECTIVE.search(tag)) or _is_loss(tag)


def _is_loss(tag: str) -> bool:
    """Whether it is a loss or a score of the vocabulary."""
    known = meaning(tag)
    return known is not None and known.quantity in ("loss", "accuracy")
