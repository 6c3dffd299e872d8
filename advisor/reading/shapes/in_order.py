"""Lines that were read in groups of one shape, back in the order of their text."""

from collections.abc import Hashable, Iterator, Sequence

import numpy as np

from advisor.reading.printed.measures import Measured
from advisor.reading.printed.plan import Plan
from advisor.reading.printed.steps import go_on
from advisor.reading.shapes.alike import Alike

ALONE = -1  # in a group's place: a line read by itself


class InOrder:
    """The lines that say something: arrays of shape (n,), and the bounds of stretches that can be placed at once, shape (k + 1,)."""

    def __init__(self, groups: Sequence[Alike], alone: np.ndarray, told: np.ndarray, before: float):
        """`alone` are the rows of lines in no group, ascending, `told` their times; `before` is the time of the lines above."""
        rows = np.concatenate([alone, *(group.rows for group in groups)])
        order = np.argsort(rows)
        sizes = [len(alone), *(len(group.rows) for group in groups)]
        self.groups, self.rows = groups, rows[order]
        self.owner = np.repeat(np.arange(len(sizes)) + ALONE, sizes)[order]
        zeros = [np.zeros(size) for size in sizes]
        self.epoch = np.concatenate([zeros[0], *(z if g.epoch is None else g.epoch for g, z in zip(groups, zeros[1:], strict=True))])[order]
        self.step = np.concatenate([zeros[0], *(z if g.step is None else g.step for g, z in zip(groups, zeros[1:], strict=True))])[order]
        self.total = np.concatenate([zeros[0], *(z if g.total is None else g.total for g, z in zip(groups, zeros[1:], strict=True))])[order]
        self.wall = _filled(np.concatenate([told, *(group.wall for group in groups)])[order], before)

    def bounds(self, breaks: Sequence[int]) -> list[int]:
        """Where stretches begin, and the last ends, in each of which counts only go on; those of `breaks`, which are rows, among them."""
        if not len(self.rows):
            return []
        known: dict[Hashable, int] = {}
        kinds = [known.setdefault(_kind(group.plan), len(known)) for group in self.groups]
        plans = {kind: group.plan for kind, group in zip(kinds, self.groups, strict=True)}
        kind = np.array([ALONE, *kinds])[self.owner + 1]
        follows = (kind[1:] == kind[:-1]) & (kind[1:] != ALONE) & ~np.isin(self.rows[1:], breaks)
        for one, plan in plans.items():
            follows &= (kind[1:] != one) | go_on(plan, self.epoch, self.step, self.total)
        return [0, *(np.flatnonzero(~follows) + 1).tolist(), len(kind)]

    def said(self, place: int) -> Measured:
        """What the line at this place says, its values left out."""
        group = self.groups[self.owner[place]]
        epoch = None if group.epoch is None else float(self.epoch[place])
        step = None if group.step is None else float(self.step[place])
        return Measured(group.plan, epoch, step, None if group.total is None else float(self.total[place]), {})

    def plans(self, start: int, end: int) -> Iterator[tuple[Plan, int]]:
        """The plans of a stretch in the order of their first lines, and how many lines each has."""
        owners = self.owner[start:end]
        if (owners == owners[0]).all():
            yield self.groups[owners[0]].plan, end - start
        else:
            found, first, lines = np.unique(owners, return_index=True, return_counts=True)
            for i in np.argsort(first):
                yield self.groups[found[i]].plan, int(lines[i])


def _kind(plan: Plan) -> Hashable:
    """The same for plans whose lines are placed alike."""
    if plan.counts and (plan.values or plan.leads):
        return plan.word, plan.epoch is None, plan.step is None, plan.validates
    return plan


def _filled(times: np.ndarray, before: float) -> np.ndarray:
    """The times, shape (n,), each NaN replaced by the one before it."""
    times = np.append(before, times)
    known = np.where(np.isnan(times), 0, np.arange(len(times)))
    return times[np.maximum.accumulate(known)][1:]
