"""Where lines of groups belong, and the points that they tell: a line by itself, or all of a stretch at once."""

from dataclasses import replace
from functools import cached_property

import numpy as np

from advisor.reading.printed.curves import Curves
from advisor.reading.printed.points import Where
from advisor.reading.printed.signs import Names, names_of
from advisor.reading.printed.steps_at_once import STAYS, forward, steps_of
from advisor.reading.shapes.alike import Alike
from advisor.reading.shapes.in_order import InOrder
from advisor.signals.tags import VAL

SEVERAL = 16  # lines: fewer are placed one by one
ROLES = ["", *sorted(VAL)]  # splits that lines name and others after them are about


class Placing:
    """The lines of a block on their way into curves.

    Of each line `at` is its step, NaN where none is told, and `naming` which of the `namings` its values follow, -1 for none. A naming is
    the names of the curves, None for those of the line's own plan, and whether the values are counted only.
    """

    def __init__(self, lines: InOrder, curves: Curves):
        self.lines, self.curves = lines, curves
        self.at = np.full(len(lines.rows), np.nan)
        self.naming = np.full(len(lines.rows), -1)
        self.namings: dict[int, tuple[Names | None, bool]] = {}

    def take(self, start: int, end: int) -> None:
        """Tell where these lines belong: the first by itself, for after it more is known, and the others at once if that can be done."""
        self._one(start)
        if end - start <= SEVERAL or not self._all(slice(start + 1, end)):
            for place in range(start + 1, end):
                self._one(place)

    def _one(self, place: int) -> None:
        said = self.lines.said(place)
        self.curves.wall = float(self.lines.wall[place])
        names = self.curves.names(said.plan)
        if names is None:
            return
        step = self.curves.steps.at(said)
        self.curves.note(said.plan, names, step)
        if names:
            self.at[place] = np.nan if step is None else step
            self.naming[place] = self._key(None if said.plan.counts else names, step is None)

    def _all(self, of: slice) -> bool:
        """Tell where these lines belong, and whether that could be told of all at once."""
        counts = self.lines.counts.of(of)
        said = self.lines.said(of.start) if self.lines.compared[of.start] else None
        if said and self.curves.steps.may_count_validations(said):
            return False
        if said and self.curves.steps.counts_batches(said):
            counts = replace(counts, kind=np.full_like(counts.kind, STAYS))
        at = steps_of(self.curves.steps, counts)
        if at is None:
            return False
        self.at[of], self.naming[of] = at, self._note_all(self.lines.owner[of], None if np.isnan(at[0]) else at)
        self.curves.wall = float(self.lines.wall[of][-1])
        return True

    def _note_all(self, owner: np.ndarray, at: np.ndarray | None) -> np.ndarray:
        """Note what lines of these groups name, in the order of the first of each kind; their namings, shape (n,)."""
        roles = forward(self._named[owner], ROLES.index(self.curves.role)).astype(int)
        self.curves.role = ROLES[roles[-1]]
        kinds = owner * len(ROLES) + roles
        if (kinds == kinds[0]).all():
            return np.full(len(kinds), self._note(int(kinds[0]), at, len(kinds)))
        known, first, which, times = _distinct(kinds, len(ROLES) * len(self.lines.groups))
        keys = np.full(len(known), -1)
        for i in np.argsort(first).tolist():
            keys[i] = self._note(int(known[i]), at, int(times[i]))
        return keys[which]

    def _note(self, kind: int, at: np.ndarray | None, lines: int) -> int:
        """Note what so many lines of a kind, which is a group and a role, name; their naming."""
        plan = self.lines.groups[kind // len(ROLES)].plan
        names = names_of(plan) if plan.counts else names_of(plan, ROLES[kind % len(ROLES)])
        if names or (plan.leads and plan.counts):
            self.curves.note(plan, names, at, lines)
        return self._key(None if plan.counts else names, at is None) if names else -1

    @cached_property
    def _named(self) -> np.ndarray:
        """The split that lines of each group are about, of `ROLES`, shape (groups,); NaN where that of the lines above holds on."""
        plans = [group.plan for group in self.lines.groups]
        told = [(plan.role if plan.role in VAL else "") if plan.counts or plan.role else None for plan in plans]
        return np.array([np.nan if role is None else ROLES.index(role) for role in told])

    def _key(self, names: Names | None, uncounted: bool) -> int:
        """The number of a naming."""
        key = 2 * (id(names) if names is not None else 0) + uncounted
        self.namings[key] = names, uncounted
        return key

    def store(self) -> None:
        """Take in the points of all groups."""
        for group, found in enumerate(self.lines.groups):
            self._store(found, np.flatnonzero(self.lines.owner == group))

    def _store(self, found: Alike, of: np.ndarray) -> None:
        """Take in the points of a group, whose places among the lines these are."""
        for naming, (names, uncounted) in self.namings.items():
            same = self.naming[of] == naming
            if not (told := (names or names_of(found.plan)) if same.any() else ()):
                continue
            everything, kept = bool(same.all()), of[same]
            if len(kept) == len(self.at):
                where = Where(self.curves.lines + self.lines.rows.astype(float), self.at, self.lines.wall)
            else:
                where = Where(self.curves.lines + self.lines.rows[kept].astype(float), self.at[kept], self.lines.wall[kept])
            for tag, name in told:
                points = self.curves.of(name, None if uncounted else 0.0)
                points.extend(where, found.values[tag] if everything else found.values[tag][same])


def _distinct(kinds: np.ndarray, most: int) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """The numbers below `most` among these, shape (n,): each once, its first place, which of them each is, and how often it comes."""
    if most > len(kinds):
        found, first, which, times = np.unique(kinds, return_index=True, return_inverse=True, return_counts=True)
        return found, first, which, times
    times, first = np.bincount(kinds, minlength=most), np.zeros(most, int)
    first[kinds[::-1]] = np.arange(len(kinds))[::-1]
    found = np.flatnonzero(times)
    place = np.zeros(most, int)
    place[found] = np.arange(len(found))
    return found, first[found], place[kinds], times[found]
