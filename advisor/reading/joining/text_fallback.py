"""Runs that were only printed: their curves, and failures that came before the first number, where no other log tells of them."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from types import ModuleType

from advisor.reading.folders.folder_tree import Folder, Tree
from advisor.reading.log import Log, sound
from advisor.run import Missing
from advisor.signals.evaluation_sets import only_error

NAMED = 6  # curves named where none can be told for the loss


def fall_back_to_text(tree: Tree) -> None:
    """Make logs of the text files that hold curves, then of those that hold a failure and no curve.

    Where there is nothing else at all, those count too in which something is measured over rising steps under names of one's own.

    Only in folders with no run in them, above them or below them: beside another log a text only repeats what that says, and is asked
    for failures alone.
    """
    for failed in (False, True) if tree.may_fail else (False,):
        runs = [folder.path for folder in tree.folders.values() if _is_run(folder)]
        with_runs = {above for path in runs for above in (path, *path.parents)}
        for folder in tree.folders.values():
            if folder.path not in with_runs and not any(path in folder.path.parents for path in runs):
                _take_up(folder, tree, _failed if failed else _measured)
    if tree.may_fail and not any(map(_is_run, tree.folders.values())):
        for folder in tree.folders.values():
            _take_up(folder, tree, _unsure)
            folder.notes += _unread(folder, tree)


def _measured(log: Log) -> Log | None:
    return log if log.scalars else None


def _failed(log: Log) -> Log | None:
    return log if any(line.kind != "overflow" for line in log.lines) else None


def _unsure(log: Log) -> Log | None:
    """The log with the curves that may be a training's, and a sentence that names them."""
    names = ", ".join([*log.unsure][:NAMED]) + ", …" * (len(log.unsure) > NAMED)
    first = next(iter(log.unsure), "")
    ask = f"{log.path.name} names no loss and no score; if one of {names} is the training loss, say so: --tag 'train_loss={first}'"
    if told := only_error(log.unsure):
        tag = told[0][1].tag
        ask = f"{log.path.name} names no loss: {tag}, which fell, was taken for it; if another is, say so: --tag train_loss=NAME"
    return replace(log, scalars=log.unsure, lost=(*log.lost, ask)) if first else None


def _is_run(folder: Folder) -> bool:
    return any(log.scalars or log.histograms or log.lines for log in folder.logs)


def _take_up(folder: Folder, tree: Tree, taken: Callable[[Log], Log | None]) -> None:
    """Take the texts of a folder that are such for logs."""
    kept = []
    for known, path in folder.beside:
        log = _read(known, path, tree)
        if log and (as_log := taken(log)):
            folder.logs.append(replace(as_log, format=known.NAME))
            folder.notes += as_log.lost
            folder.logged = True
        else:
            kept.append((known, path))
    folder.beside = kept


def _unread(folder: Folder, tree: Tree) -> Iterator[str]:
    """A sentence for each text that cannot be read, of a folder in which nothing else is asked for failures."""
    for known, path in folder.beside:
        try:
            if getattr(known, "LAST_RESORT", False):
                tree.read(known, path)
        except OSError as error:
            yield Missing(f"{path.name} could not be read: {error.strerror or error}")


def _read(known: ModuleType, path: Path, tree: Tree) -> Log | None:
    """What a text holds; None where that is told when it is asked for failures."""
    try:
        return sound(tree.read(known, path)) if getattr(known, "LAST_RESORT", False) else None
    except OSError:
        return None
