"""Lines that were read in groups of one shape, back in the order of their text."""

from collections.abc import Sequence
from functools import cached_property

import numpy as np

from advisor.reading.printed.measures import Measured
from advisor.reading.printed.steps_at_once import STAYS, STEP, Counts, forward, kind_of, turns
from advisor.reading.shapes.alike import Alike

ALONE = -1  # in a group's place: a line read by itself


class InOrder:
    """The lines that say something: arrays of shape (n,), and the bounds of stretches that can be placed at once, shape (k + 1,)."""

    def __init__(self, groups: Sequence[Alike], alone: np.ndarray, told: np.ndarray, before: float):
        """`alone` are the rows of lines in no group, ascending, `told` their times; `before` is the time of the lines above."""
        self.groups = groups
        rows = np.concatenate([alone, *(group.rows for group in groups)])
        place = np.full(int(rows.max(initial=-1)) + 1, -1)
        place[rows] = np.arange(len(rows))
        self.rows = np.flatnonzero(place >= 0)
        self._order = place[self.rows]
        self._sizes = [len(alone), *(len(group.rows) for group in groups)]
        self.owner = self._of_groups(range(ALONE, len(groups)))
        self.wall = forward(np.concatenate([told, *(group.wall for group in groups)])[self._order], before)

    @cached_property
    def counts(self) -> Counts:
        """What the lines count, those in no group nothing."""
        words = list(dict.fromkeys(group.plan.word for group in self.groups if group.plan.step is not None))
        kinds = [STAYS, *(kind_of(group.plan) for group in self.groups)]
        word = [-1, *(words.index(group.plan.word) if group.plan.step is not None else -1 for group in self.groups)]
        epoch = self._numbers([group.epoch for group in self.groups], np.nan)
        step = self._numbers([group.step for group in self.groups], 0.0)
        total = self._numbers([group.total for group in self.groups], 0.0)
        return Counts(self._of_groups(kinds), self._of_groups(word), epoch, step, total, words)

    @cached_property
    def compared(self) -> np.ndarray:
        """Which lines may count the batches of a validation, or validations: that hangs on whose total they tell, or how far they count."""
        told = [g.plan.validates and (g.total is not None or g.epoch is None) and kind_of(g.plan) == STEP for g in self.groups]
        return self._of_groups([False, *told])

    def bounds(self, breaks: Sequence[int], counted: bool) -> list[int]:
        """Where stretches begin, and the last ends, in each of which all may be placed at once; those of `breaks`, which are rows, too.

        `counted` is whether steps were counted above.
        """
        if not len(self.rows):
            return []
        begins = turns(self.counts, counted) | (self.owner == ALONE)
        begins[np.searchsorted(self.rows, breaks)] = True
        begins[1:] |= self.owner[:-1] == ALONE
        if self.compared.any():
            other = (np.diff(self.counts.word) != 0) | (np.diff(self.counts.total) != 0)
            begins[1:] |= (self.compared[1:] != self.compared[:-1]) | (self.compared[1:] & other)
        begins[0] = True
        return [*np.flatnonzero(begins).tolist(), len(begins)]

    def said(self, place: int) -> Measured:
        """What the line at this place says, its values left out."""
        group = self.groups[self.owner[place]]
        epoch = None if group.epoch is None else float(self.counts.epoch[place])
        step = None if group.step is None else float(self.counts.step[place])
        return Measured(group.plan, epoch, step, None if group.total is None else float(self.counts.total[place]), {})

    def _of_groups(self, told: Sequence | range) -> np.ndarray:
        """What is told of the lines alone and of each group, of each line: shape (n,)."""
        return np.repeat(np.array(told), self._sizes)[self._order]

    def _numbers(self, columns: Sequence[np.ndarray | None], without: float) -> np.ndarray:
        """The numbers of each line, shape (n,)."""
        pairs = zip(self._sizes[1:], columns, strict=True)
        told = [np.full(size, without) if column is None else column for size, column in pairs]
        return np.concatenate([np.full(self._sizes[0], without), *told])[self._order]
