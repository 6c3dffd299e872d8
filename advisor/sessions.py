"""What several files together mean: one training that went on, one that began again, or several trainings."""

from collections import Counter
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

from advisor.folders import Folder, Tree
from advisor.formats import Log
from advisor.run import Run
from advisor.scalar import Histogram, Line, Scalar, scalar

STUB = 3  # a session with fewer points of a tag was a false start, not a training


@dataclass
class Training:
    """What the sessions (files) of one training logged so far, later sessions over earlier ones."""

    scalars: dict[str, Scalar] = field(default_factory=dict)
    histograms: dict[str, Histogram] = field(default_factory=dict)
    hparams: dict[str, Any] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    restarts: list[int] = field(default_factory=list)

    def add(self, log: Log) -> bool:
        """Take in the next session; False if it belongs to another training."""
        shared = [tag for tag in log.scalars if tag in self.scalars]
        together = self._goes_on_beside(log, shared)
        if log.purged_from is None and shared and self._is_another(log, shared, together):
            return False
        if log.purged_from is not None:
            self._cut(log, dict.fromkeys([*self.scalars, *self.histograms], log.purged_from))
        elif not together:
            curves: list[Scalar | Histogram] = [*log.histograms.values(), *log.scalars.values()]
            self._cut(log, {curve.tag: int(curve.steps[0]) for curve in curves})
        if shared and not together:
            self.restarts.append(int(max((log.scalars[tag] for tag in shared), key=len).steps[0]))  # other tags may count epochs
        for tag, curve in log.scalars.items():
            self.scalars[tag] = _joined(self.scalars[tag], curve) if tag in self.scalars else curve
        for tag, histogram in log.histograms.items():
            self.histograms[tag] = _both(self.histograms[tag], histogram) if tag in self.histograms else histogram
        self.hparams |= log.hparams
        return True

    def _goes_on_beside(self, log: Log, shared: list[str]) -> bool:
        """Whether this training was still being logged when the other session began to."""
        ended = max((np.nanmax(self.scalars[tag].wall, initial=-np.inf) for tag in shared), default=-np.inf)
        first = min((np.nanmin(log.scalars[tag].wall, initial=np.inf) for tag in shared), default=np.inf)
        return bool(log.started < ended and first < ended)

    def _is_another(self, log: Log, shared: list[str], together: bool) -> bool:
        """The same tags at the same time over the same steps, or afterwards from the very start again."""
        pairs = [(self.scalars[tag].steps, log.scalars[tag].steps) for tag in shared]
        if together:
            return any(len(np.intersect1d(mine, other)) for mine, other in pairs)
        votes = [other[0] <= mine[0] for mine, other in pairs if len(mine) >= STUB]
        return sum(votes) * 2 > len(votes)

    def _cut(self, log: Log, first: dict[str, int]) -> None:
        """Drop what this training logged under each tag from the step on at which `log` logs it anew."""
        dropped = 0
        steps: list[int] = []
        for tag, step in first.items():
            if tag in self.scalars and (lost := int((self.scalars[tag].steps >= step).sum())):
                self.scalars[tag] = self.scalars[tag][self.scalars[tag].steps < step]
                dropped, steps = dropped + lost, [*steps, step]
            if tag in self.histograms:
                self.histograms[tag] = _before(self.histograms[tag], step)
        self.scalars = {tag: curve for tag, curve in self.scalars.items() if len(curve)}
        if dropped:
            step = Counter(steps).most_common(1)[0][0]
            self.notes.append(f"{log.path.name} began again at step {step}: the {dropped} points logged before from there on were replaced")


def trainings(logs: list[Log]) -> list[Training]:
    """The trainings these files hold, in the order they began."""
    found: list[Training] = []
    for log in sorted(logs, key=lambda log: (log.started, log.path.name)):
        if not any(training.add(log) for training in reversed(found)):
            found.append(Training(dict(log.scalars), dict(log.histograms), dict(log.hparams)))
    return [training for training in found if training.scalars or training.histograms]


def runs_of(tree: Tree) -> list[Run]:
    """Every run that was logged below the root, in order of paths."""
    found = {folder.path: trainings(folder.logs) for folder in tree.folders.values() if folder.logs}
    found = {path: several for path, several in found.items() if several}
    runs_below = Counter(above for path in found for above in (path, *path.parents))
    others = [folder for folder in tree.folders.values() if folder.path not in found]
    orphans = [f"{folder.path.relative_to(tree.root).as_posix()}/{note}" for folder in others for note in folder.notes]
    runs = [run for path, several in found.items() for run in _runs(tree, path, several, runs_below)]
    if runs and (notes := [*tree.notes, *orphans]):
        runs[0] = replace(runs[0], notes=(*runs[0].notes, *notes))
    return runs


def _runs(tree: Tree, path: Path, several: list[Training], runs_below: Counter[Path]) -> list[Run]:
    name = path.relative_to(tree.root).as_posix() if path != tree.root else path.resolve().name
    lines, hparams, lost = _beside(_around(tree, path, runs_below))
    runs = []
    for i, training in enumerate(several, 1):
        last = i == len(several)
        notes = [*tree.folders[path].notes, *lost, *training.notes]
        if len(several) > 1:
            notes.insert(0, f"{name} holds {len(several)} trainings, told apart by their steps; this is number {i}")
        runs.append(
            Run(
                path,
                training.scalars,
                training.histograms,
                {**hparams, **training.hparams},
                tuple(lines) if last else (),  # a log file beside several trainings was last written by the last
                tuple(notes),
                name=f"{name} ({i} of {len(several)})" if len(several) > 1 else name,
                restarts=tuple(training.restarts),
            )
        )
    return runs


def _around(tree: Tree, path: Path, runs_below: Counter[Path]) -> list[Folder]:
    """The run's own folder, and those above it, up to the root, that hold no other run."""
    return [tree.folders[path], *(tree.folders[p] for p in path.parents if p in tree.folders and runs_below[p] == 1)]


def _beside(folders: list[Folder]) -> tuple[list[Line], dict[str, Any], list[str]]:
    """What the text and hyperparameter files of these folders say, nearest first, and which of them could not be read."""
    lines: list[Line] = []
    hparams: dict[str, Any] = {}
    lost: list[str] = []
    for known, path in (file for folder in folders for file in folder.beside):
        try:
            log = known.read(path)
        except OSError as error:
            lost.append(f"{path.name} could not be read: {error.strerror or error}")
            continue
        lines += log.lines
        lost += log.lost
        hparams = {**log.hparams, **hparams}
    return lines, hparams, lost


def _joined(earlier: Scalar, later: Scalar) -> Scalar:
    pairs = ((earlier.steps, later.steps), (earlier.values, later.values), (earlier.wall, later.wall))
    steps, values, wall = map(np.concatenate, pairs)
    return scalar(steps, values, wall, later.tag)


def _before(histogram: Histogram, step: int) -> Histogram:
    n = int(np.searchsorted(histogram.steps, step))
    return replace(histogram, steps=histogram.steps[:n], edges=histogram.edges[:n], counts=histogram.counts[:n], wall=histogram.wall[:n])


def _both(earlier: Histogram, later: Histogram) -> Histogram:
    steps, wall = np.concatenate([earlier.steps, later.steps]), np.concatenate([earlier.wall, later.wall])
    order = np.argsort(steps, kind="stable")
    edges, counts = [*earlier.edges, *later.edges], [*earlier.counts, *later.counts]
    return Histogram(steps[order], tuple(edges[i] for i in order), tuple(counts[i] for i in order), wall[order], later.tag)
