"""What the files of a folder mean together: one training that went on, one logged in several formats, or several trainings."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from itertools import accumulate
from pathlib import Path

import numpy as np

from advisor.reading.folders.folder_tree import Tree
from advisor.reading.folders.walk import run_name
from advisor.reading.joining.continuation import span
from advisor.reading.joining.duplicate_curves import without_other_axes
from advisor.reading.joining.joined_training import JoinedTraining, with_more, writer_of
from advisor.reading.joining.several_formats import LAST, merge_formats
from advisor.reading.joining.side_files import SideInfo, failure_notes, side_info
from advisor.reading.joining.step_resets import split_sessions
from advisor.reading.joining.subfolders import join_subfolders
from advisor.reading.joining.text_fallback import fall_back_to_text
from advisor.reading.log import Log
from advisor.run import Run


def trainings(logs: Iterable[Log]) -> list[JoinedTraining]:
    """The trainings these files hold, in the order they began."""
    by_format: dict[str, list[Log]] = defaultdict(list)
    for log in logs:
        by_format[log.format].append(log)
    return merge_formats([_of_one_format(several) for several in by_format.values()])


def _of_one_format(logs: list[Log]) -> list[JoinedTraining]:
    found: list[JoinedTraining] = []  # the last first
    sessions: list[tuple[float, Log]] = []
    notes: list[str] = []
    for log in sorted(logs, key=lambda log: log.path.name):
        cut, said = split_sessions(log)
        sessions += zip(
            accumulate(map(_began, cut), max), cut, strict=True
        )  # sessions of a file stay in its order, whatever its clock says
        notes += said
    for _, session in sorted(sessions, key=lambda pair: pair[0]):
        if not any(training.add(session) for training in _likeliest(found, session)):
            found.insert(0, JoinedTraining())
            found[0].add(session)
    found = [training for training in reversed(found) if training.scalars or training.histograms or training.hparams or training.lines]
    if found:
        found[-1].others += notes
    return found


def _began(log: Log) -> float:
    """When a session began: when its first point was logged, or its writer opened; 0.0 where neither is known."""
    first = span(log.scalars.values())[0]
    return first if np.isfinite(first) else log.started


def _likeliest(found: list[JoinedTraining], log: Log) -> list[JoinedTraining]:
    """The trainings: first those of the same file, then those still going on when the session began, and of these that of its process."""

    def unlikely(training: JoinedTraining) -> tuple[bool, bool, bool]:
        over = span(training.scalars.values())[1] < _began(log)
        return log.path not in training.paths, over, not over and writer_of(log) not in training.writers

    return sorted(found, key=unlikely)


def runs_of(tree: Tree) -> list[Run]:
    """Every run that was logged in these folders, in order of paths; a folder whose logs all are lost is one that is unread."""
    join_subfolders(tree)
    fall_back_to_text(tree)
    found = {folder.path: trainings(folder.logs) for folder in tree.folders.values() if folder.logs}
    found = {path: several for path, several in found.items() if several}
    runs_below = Counter(above for path in found for above in (path, *path.parents))
    runs: list[Run] = []
    for path, folder in tree.folders.items():
        if path in found:
            runs += _runs(tree, path, found[path], runs_below)
        elif folder.notes:
            runs.append(Run(path, format="", name=run_name(tree.root, path), unread="; ".join(folder.notes)))
    return runs


def _runs(tree: Tree, path: Path, several: list[JoinedTraining], runs_below: Counter[Path]) -> list[Run]:
    name = run_name(tree.root, path)
    around = [tree.folders[path], *(tree.folders[p] for p in path.parents if p in tree.folders and runs_below[p] == 1)]
    told, lost = side_info(around, [span(training.scalars.values()) for training in several], tree.read)
    return [
        _run(path, training, said, (*tree.folders[path].notes, *lost), name, (i, len(several)))
        for i, (training, said) in enumerate(zip(several, told, strict=True), 1)
    ]


def _run(path: Path, training: JoinedTraining, said: SideInfo, notes: Iterable[str], name: str, place: tuple[int, int]) -> Run:
    i, n = place
    scalars, left_out = without_other_axes(training.scalars)
    lines = (*training.lines, *said.lines)
    apart = f"{name} holds {n} trainings, told apart by their steps; this is number {i}"
    return Run(
        path,
        scalars,
        training.histograms,
        with_more(training.hparams, said.hparams),
        lines,
        (*[apart] * (n > 1), *failure_notes(lines), *notes, *training.notes, *left_out),
        format="+".join(known for known, _ in Counter(training.formats.values()).most_common()) or LAST * bool(training.lines),
        name=f"{name} ({i} of {n})" if n > 1 else name,
        restarts=tuple(training.resumed),
    )
