"""Whether a session goes on with a training, repeats a part of it, or is another training."""

from collections.abc import Iterable, Mapping
from typing import Literal

import numpy as np

from advisor.reading.joining.duplicate_curves import in_lockstep, same_values, varies
from advisor.reading.log import Log
from advisor.reading.step_falls import STUB
from advisor.scalar import Scalar
from advisor.signals.tags import meaning
from advisor.statistics.noise import typical_spacing

TURNS = 0.1  # share of steps that two writers of one training may have in common
Relation = Literal["beside", "on", "evaluation", "copy", "false start", "another"]
Shared = Mapping[str, tuple[Scalar, Scalar]]  # tag -> the training's curve, and the session's


def relation(scalars: Mapping[str, Scalar], log: Log, same_file: bool = False) -> Relation:
    """What the next session is to a training of these curves; what follows in the same file repeats nothing by accident.

    `beside`: other curves of it, or other points between the same ones. `on`: it goes on at the end, or from an earlier step.
    `evaluation`: it only validates, afterwards. `copy`: the same points again, by another rank or in another file. `false start`: it
    ended before it was a training.
    """
    shared = {tag: (scalars[tag], curve) for tag, curve in log.scalars.items() if tag in scalars}
    if log.purged_from is not None and scalars:
        return "on"
    if not shared:
        return "another" if _trains_anew(scalars.values(), log) else "beside"
    together = at_once([mine for mine, _ in shared.values()], [its for _, its in shared.values()])
    if together is not False and not same_file and _is_copy(shared):
        return "copy"
    if together:
        return "another" if any(_meet(mine, its) for mine, its in shared.values()) else "beside"
    if _is_false_start(shared):
        return "false start"
    if _only_validates(log) and training_losses(scalars.values()):
        return "evaluation"
    votes = [from_the_start(mine, its) for mine, its in shared.values() if len(mine) >= STUB]
    return "another" if sum(votes) * 2 > len(votes) else "on"


def at_once(mine: Iterable[Scalar], its: Iterable[Scalar]) -> bool | None:
    """Whether two groups of curves were logged during the same time, most of it; None where a clock is missing."""
    began, ended = zip(span(mine), span(its), strict=True)
    if not np.isfinite([*began, *ended]).all():
        return None
    overlap = min(ended) - max(began)
    return bool(overlap >= 0 and 2 * overlap >= min(e - b for b, e in zip(began, ended, strict=True)))


def span(curves: Iterable[Scalar]) -> tuple[float, float]:
    """When the first and the last point of any of these was logged; infinity and minus infinity where no format tells."""
    walls = [curve.wall for curve in curves]
    first = min((float(np.fmin.reduce(wall, initial=np.inf)) for wall in walls), default=np.inf)
    return first, max((float(np.fmax.reduce(wall, initial=-np.inf)) for wall in walls), default=-np.inf)


def _meet(mine: Scalar, its: Scalar) -> bool:
    """Whether two curves were logged at the same steps: writers that take turns have hardly one in common."""
    return len(np.intersect1d(mine.steps, its.steps)) > TURNS * min(len(mine), len(its))


def from_the_start(mine: Scalar, its: Scalar) -> bool:
    """Whether the later curve begins where the earlier did, in its steps, or in its values where it is logged less often."""
    first = int(its.steps[0])
    if first <= mine.steps[0]:
        return True
    known = mine.finite()
    if first > typical_spacing(its.steps) or len(known) < STUB or not np.isfinite(its.values[0]):
        return False
    here = float(np.interp(first, known.steps, known.values))
    return abs(its.values[0] - known.values[0]) < abs(its.values[0] - here)


def counts_anew(mine: Scalar, its: Scalar) -> bool:
    """Whether a session's own counter began at the start again."""
    return min(len(mine), len(its)) >= STUB and its.steps[0] <= min(int(mine.steps[0]), typical_spacing(its.steps))


def _is_copy(shared: Shared) -> bool:
    """The same points, of which one of both has no others."""
    pairs = [(mine, its) for mine, its in shared.values() if min(len(mine), len(its)) >= STUB]
    found = [_within(mine, its) and (same_values(mine, its) or in_lockstep(mine, its)) for mine, its in pairs]
    return any(varies(its) for _, its in pairs) and all(found)


def _within(mine: Scalar, its: Scalar) -> bool:
    """Whether one of the curves begins and ends within the other."""
    begins, ends = its.steps[0] - mine.steps[0], its.steps[-1] - mine.steps[-1]
    return bool(begins * ends <= 0)


def _is_false_start(shared: Shared) -> bool:
    """A few points from an earlier step, of a training that got further."""
    falls_back = any(its.steps[0] <= mine.steps[-1] for mine, its in shared.values())
    return falls_back and all(len(its) < STUB for _, its in shared.values()) and any(len(mine) >= STUB for mine, _ in shared.values())


def _trains_anew(curves: Iterable[Scalar], log: Log) -> bool:
    """Whether both log a training loss, under different names, one from its start on after the other had ended."""
    mine, its = training_losses(curves), training_losses(log.scalars.values())
    anew = any(b.steps[0] <= max(int(a.steps[0]), typical_spacing(b.steps)) for a in mine for b in its)
    return anew and -np.inf < span(mine)[1] <= span(its)[0]


def training_losses(curves: Iterable[Scalar]) -> list[Scalar]:
    """The curves that are called a loss, and not of validation, and have STUB points at least."""
    known = [(curve, meaning(curve.tag)) for curve in curves if len(curve) >= STUB]
    return [curve for curve, said in known if said and said.quantity == "loss" and said.role != "val"]


def _only_validates(log: Log) -> bool:
    known = [said for tag in log.scalars if (said := meaning(tag))]
    return bool(known) and all(said.role == "val" for said in known)
