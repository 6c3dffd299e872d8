"""Where lines of groups belong, and the points that they tell: a line by itself, or all of a stretch at once."""

from dataclasses import replace

import numpy as np

from advisor.reading.printed.curves import Curves
from advisor.reading.printed.points import Where
from advisor.reading.printed.signs import Names, names_of
from advisor.reading.printed.steps_at_once import STAYS, forward, steps_of
from advisor.reading.shapes.alike import Alike
from advisor.reading.shapes.in_order import InOrder
from advisor.signals.tags import VAL

SEVERAL = 16  # lines: fewer are placed one by one


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
        if self.lines.compared[of.start] and self.curves.steps.counts_batches(self.lines.said(of.start)):
            counts = replace(counts, kind=np.full_like(counts.kind, STAYS))
        at = steps_of(self.curves.steps, counts)
        if at is None:
            return False
        self.at[of], self.naming[of] = at, self._note_all(self.lines.owner[of], None if np.isnan(at[0]) else at)
        self.curves.wall = float(self.lines.wall[of][-1])
        return True

    def _note_all(self, owner: np.ndarray, at: np.ndarray | None) -> np.ndarray:
        """Note what lines of these groups name, in the order of the first of each kind; their namings, shape (n,)."""
        roles, which = self._roles(owner)
        kinds = owner * len(roles) + which
        if (kinds == kinds[0]).all():
            return np.full(len(kinds), self._note(int(kinds[0]), roles, at, len(kinds)))
        times, first = np.bincount(kinds), np.zeros(int(kinds.max()) + 1, int)
        first[kinds[::-1]] = np.arange(len(kinds))[::-1]
        keys = np.full(len(times), -1)
        for kind in sorted(np.flatnonzero(times).tolist(), key=lambda kind: first[kind]):
            keys[kind] = self._note(kind, roles, at, int(times[kind]))
        return keys[kinds]

    def _note(self, kind: int, roles: list[str], at: np.ndarray | None, lines: int) -> int:
        """Note what so many lines of a kind, which is a group and a role, name; their naming."""
        plan = self.lines.groups[kind // len(roles)].plan
        names = names_of(plan) if plan.counts else names_of(plan, roles[kind % len(roles)])
        if names or (plan.leads and plan.counts):
            self.curves.note(plan, names, at, lines)
        return self._key(None if plan.counts else names, at is None) if names else -1

    def _roles(self, owner: np.ndarray) -> tuple[list[str], np.ndarray]:
        """The splits that lines of these groups are about, and which of them each is, shape (n,): one that is named holds on."""
        plans = [group.plan for group in self.lines.groups]
        told = [(plan.role if plan.role in VAL else "") if plan.counts or plan.role else None for plan in plans]
        roles = list(dict.fromkeys([self.curves.role, *(role for role in told if role is not None)]))
        named = np.array([np.nan if role is None else roles.index(role) for role in told])
        which = forward(named[owner], 0.0).astype(int)
        self.curves.role = roles[which[-1]]
        return roles, which

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
