"""Runs that were only printed: their curves, and failures that came before the first number, where no other log tells of them."""

from dataclasses import replace
from pathlib import Path
from types import ModuleType

from advisor.reading.folders.folder_tree import Folder, Tree
from advisor.reading.log import Log


def fall_back_to_text(tree: Tree) -> None:
    """Make logs of the text files that hold curves, and then of those that hold a failure and no curve.

    Only in folders with no run in them, above them or below them: beside another log a text only repeats what that says, and is asked
    for failures alone.
    """
    for failed in (False, True) if tree.may_fail else (False,):
        runs = [folder.path for folder in tree.folders.values() if _is_run(folder)]
        with_runs = {above for path in runs for above in (path, *path.parents)}
        for folder in tree.folders.values():
            if folder.path not in with_runs and not any(path in folder.path.parents for path in runs):
                _take_up(folder, tree, failed)


def _is_run(folder: Folder) -> bool:
    return any(log.scalars or log.histograms or log.lines for log in folder.logs)


def _take_up(folder: Folder, tree: Tree, failed: bool) -> None:
    """Take the texts of a folder for logs, those with curves or, if it `failed`, those that tell why."""
    kept = []
    for known, path in folder.beside:
        log = _read(known, path, tree)
        if log and (any(line.kind != "overflow" for line in log.lines) if failed else log.scalars):
            folder.logs.append(replace(log, format=known.NAME))
            folder.notes += log.lost
            folder.logged = True
        else:
            kept.append((known, path))
    folder.beside = kept


def _read(known: ModuleType, path: Path, tree: Tree) -> Log | None:
    """What a text holds; None where that is told when it is asked for failures."""
    try:
        return tree.read(known, path) if getattr(known, "LAST_RESORT", False) else None
    except OSError:
        return None
