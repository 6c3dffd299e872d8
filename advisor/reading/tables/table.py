"""Points gathered from the rows of a table, whatever wrote it, and made into curves."""

from array import array
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from advisor.reading.log import Log
from advisor.reading.step_falls import STUB, counted_on, restarts
from advisor.reading.tables.cells import counted, everywhere, finite, numbers, said
from advisor.reading.tables.row_runs import RowRuns
from advisor.reading.tables.step_axis import (
    CLOCKS,
    COUNTERS,
    SETTINGS_TOO,
    SPLIT_COLUMNS,
    Axis,
    counters,
    counts_by_its_cells,
    plain,
    rises,
)
from advisor.reading.wall_time import clock
from advisor.scalar import Scalar, scalar
from advisor.signals.tags import SPLITS, TRAIN_SPLIT, meaning
from advisor.wording import first_few

WIDTH = 200  # characters of a tag
NAMED = 3
MOST = 50_000  # tags; a file with more calls the same thing by another name in every row
Logged = dict[str, tuple[np.ndarray, np.ndarray, np.ndarray]]  # tag -> steps, values and times, shape (n,) each, in the order of rows
Cells = Mapping[str, Sequence]  # column name -> a batch of its cells, "" or None where the row logged nothing


@dataclass(frozen=True)
class Columns:
    """The columns that have a meaning of their own, by name; "" where there is no such column."""

    step: str = ""
    epoch: str = ""
    wall: str = ""
    split: str = ""

    @classmethod
    def of(cls, cells: Cells) -> "Columns":
        """Told by their names; what may be a setting as well, such as "batch", counts where it changes in the first rows.

        What falls and rises between whole numbers counts nothing: "train_step" may be a time.
        """
        first = {plain(name): name for name in reversed(list(cells))}
        may_count = [name for name in counters(cells) if not _wavers(cells[name])]
        epoch = first.get("epoch", "")
        epochs = everywhere(cells[epoch], len(cells[epoch])) if epoch else None
        sure = (name for name in may_count if plain(name) not in SETTINGS_TOO or _counts(cells[name], epochs))
        bare = [name for name in [*cells][:1] if not epoch and counts_by_its_cells(name, cells[name])]
        step = next(sure, [*may_count, *bare, ""][0])
        wall = next((first[name] for name in CLOCKS if name in first), "")
        split = next((first[name] for name in first if name in SPLIT_COLUMNS), "")
        return cls(step, epoch if epoch != step else "", wall, split)


class Table:
    """What the rows of one file said so far: 8 bytes a point of a column that every row fills, else up to 24."""

    def __init__(self) -> None:
        self.steps, self.walls = array("q"), array("d")  # of each row
        self.points: dict[str, tuple[RowRuns, array]] = {}  # tag -> its rows, and values
        self.axis = Axis()
        self.trained = False  # a row said that it is of training
        self.odd: Counter[str] = Counter()  # tag -> cells that hold something, and no number

    def add(self, cells: Cells, columns: Columns) -> None:
        """Take in a batch of rows."""
        n = len(next(iter(cells.values()), ()))
        wall = clock(cells[columns.wall]) if columns.wall in cells else None
        times = np.full(n, np.nan) if wall is None else wall
        passed_by = {columns.split, columns.step if plain(columns.step) != "epoch" else "", "" if wall is None else columns.wall}
        parts = splits(cells[columns.split]) if columns.split in cells else {"": np.arange(n)}
        first = len(self.steps)
        self.steps.frombytes(self._steps(cells, columns, parts, n).tobytes())
        self.walls.frombytes(times.tobytes())
        for part, rows in parts.items():
            for name, column in cells.items():
                if name not in passed_by:
                    own = column if len(rows) == n else [column[i] for i in rows.tolist()]
                    found, values = numbers(own)
                    at, tag = rows if found is None else rows[found], f"{part}/{name}" if part else name
                    self.odd[tag[:WIDTH]] += 0 if found is None else said(own) - len(values)
                    self._extend(tag, first + at, values)

    def _steps(self, cells: Cells, columns: Columns, parts: dict[str, np.ndarray], n: int) -> np.ndarray:
        """The step of each row; what another part of a training counts within its epochs are not the steps of training."""
        if not columns.step and self.axis.rows is None:
            self.axis.rows = 0
        counts = cells.get(columns.step, ())
        own = counted(counts, n)
        if np.isnan(own).any():
            self.odd[columns.step] += max(0, said(counts) - int((~np.isnan(own)).sum()))
        epochs = counted(cells[columns.epoch], n) if columns.epoch in cells else None
        self.trained = self.trained or not TRAIN_SPLIT.isdisjoint(parts)
        if self.trained and epochs is not None:
            for part in parts.keys() - TRAIN_SPLIT - {""}:
                own[parts[part]] = np.nan
        return self.axis.steps(own, epochs)

    def _extend(self, tag: str, rows: np.ndarray, values: np.ndarray) -> None:
        tag = tag[:WIDTH]
        if len(values) and (tag in self.points or len(self.points) < MOST):
            places, known = self.points.setdefault(tag, (RowRuns(), array("d")))
            places.add(rows)
            known.frombytes(values.tobytes())

    def scalars(self) -> tuple[dict[str, Scalar], list[str]]:
        """The curves, and a sentence where one training was logged over another."""
        columns = self._columns()
        if counted_on := _counted_on(columns):
            return counted_on, ["counts its steps anew while the training goes on: they were put one after the other"]
        found, replaced, began = {}, 0, 0
        for tag, (at, values, wall) in columns.items():
            kept = latest(at)
            if not kept.all():
                replaced, began = replaced + int((~kept).sum()), int(at[~kept].min())
                at, values, wall = at[kept], values[kept], wall[kept]
            ordered = bool((at[1:] >= at[:-1]).all())
            found[tag] = Scalar(at, values, wall, tag) if ordered else scalar(at, values, wall, tag)
        said = f"began again at step {began}: the {replaced} points logged before from there on were replaced"
        return found, [said] if replaced else []

    def _columns(self) -> Logged:
        """Steps, values and times of each tag, shape (k,) each; columns of the same rows share all but their values."""
        steps, walls, shared = np.array(self.steps), np.array(self.walls), dict[bytes, tuple[np.ndarray, np.ndarray]]()
        columns = {}
        for tag, (places, values) in self.points.items():
            if (key := places.key) not in shared:
                rows = places.rows()
                shared[key] = steps[rows], walls[rows]
            at, wall = shared[key]
            columns[tag] = at, np.array(values), wall
        return columns

    def _odd_cells(self, name: str) -> Iterator[str]:
        """A sentence where columns of numbers hold cells that are none."""
        tags = {tag: n for tag, n in self.odd.items() if n > 0 and (tag not in self.points or n < len(self.points[tag][1]))}
        known = {tag: n for tag, n in tags.items() if tag in self.points or plain(tag) in COUNTERS}
        if known:
            yield f"{name}: {sum(known.values())} cells of {first_few(known, NAMED)} hold no number and were not used"

    def log(self, path: Path, lost: Iterable[str] = (), hparams: Mapping[str, Any] | None = None, **more: Any) -> Log:
        """All of it as a Log; it began when its first point was logged."""
        scalars, replaced = self.scalars()
        began = min((np.nanmin(curve.wall, initial=np.inf) for curve in scalars.values()), default=np.inf)
        sentences = (*lost, *self._odd_cells(path.name), *(f"{path.name} {said}" for said in replaced))
        return Log(path, scalars, hparams=hparams or {}, lost=sentences, started=float(began) if np.isfinite(began) else 0.0, **more)


def _counted_on(columns: Logged) -> dict[str, Scalar]:
    """The curves, their steps counted on where the counter went back to its start and the values went on; empty where they did not."""
    curves = {tag: (steps, values) for tag, (steps, values, _) in columns.items()}
    steps = counted_on(curves, [tag for tag in curves if (said := meaning(tag)) and said.quantity in ("loss", "accuracy")])
    return {tag: scalar(steps[tag], curves[tag][1], columns[tag][2], tag) for tag in steps}


def _counts(cells: Sequence, epochs: np.ndarray | None) -> bool:
    """Whether what may be a setting, or the length of an episode, counts."""
    return np.ptp(finite(cells)) > 0 and rises(everywhere(cells, len(cells)), epochs)


def _wavers(cells: Sequence) -> bool:
    """Whether most of these numbers are no whole ones, and they go down as well as up."""
    found = finite(cells)
    moves = np.diff(found)
    return len(found) > STUB and bool((found % 1 != 0).mean() > 0.5 and (moves < 0).mean() > 0.25 and (moves > 0).any())


def latest(steps: np.ndarray) -> np.ndarray:
    """Which points count where a log was gone on with from an earlier step: booleans, shape (n,).

    Steps that go back all the time are merely out of order, and a point or two at the lowest step are no second start.
    """
    starts = restarts(steps)
    lowest = np.full(len(steps) + 1, np.iinfo(np.int64).max)
    lowest[starts] = steps[starts]
    return steps < np.minimum.accumulate(lowest[::-1])[::-1][1:]


def splits(cells: Sequence) -> dict[str, np.ndarray]:
    """The rows of each part of the training, shape (k,), as its column says; rows that name no part stand under ""."""
    rows: dict[str, list[int]] = {}
    for i, cell in enumerate(cells):
        said = str(cell).strip().lower()
        rows.setdefault(said if said in SPLITS else "", []).append(i)
    return {part: np.array(at) for part, at in rows.items()}
