"""Sub-folders that hold a part of a run: one curve of it, one of its splits, its hyperparameters, a copy of its history."""

import re
from collections.abc import Callable, Iterable
from dataclasses import replace

from advisor.reading.folders.folder_names import CHECKPOINT, HISTORY, RANK
from advisor.reading.folders.folder_tree import Folder, Tree
from advisor.reading.log import Log
from advisor.signals.tags import SPLITS, TRAIN_SPLIT

UNIX_TIME = re.compile(r"\d{9,11}(\.\d+)?$")


def join_subfolders(tree: Tree) -> None:
    """Hand the logs of every folder that is a part of a run to the folder of that run, deepest first."""
    for folder in list(tree.folders.values()):
        _bring_home(folder, tree)
    for folder in reversed(list(tree.folders.values())):
        if folder.logs and folder.path.parent in tree.folders:
            _join(folder, tree)


def _bring_home(folder: Folder, tree: Tree) -> None:
    """Give what is a part of a run elsewhere to that run's folder; runs that lie together in one file get folders of their own."""
    logs, folder.logs = folder.logs, []
    for log in logs:
        place = log.home or folder.path
        home = tree.folders.setdefault(place, Folder(place)) if tree.root in (place, *place.parents) else folder
        home.logs.append(log)
        home.logged = True
        if home is not folder:
            home.notes += log.lost
            folder.notes = [note for note in folder.notes if note not in log.lost]


def _join(folder: Folder, tree: Tree) -> None:
    parent = tree.folders[folder.path.parent]
    writer = next((tree.folders[p] for p in folder.path.parents if p in tree.folders and tree.folders[p].logged), None)
    if writer and (curves := _curves(folder, writer)):
        _give(folder, writer, [_renamed(log, curves.__getitem__) for log in folder.logs])
    elif parent.logged and _only_hparams(folder, parent):
        _give(folder, parent, [replace(log, scalars={}) for log in folder.logs])
    elif CHECKPOINT.match(folder.path.name) and any(log.path.name == HISTORY for log in folder.logs):
        _give(folder, parent, folder.logs)
        parent.logs = _longest(parent.logs)
    elif whole := _of_trainer(folder, tree):
        _give(folder, whole, folder.logs)
    elif RANK.match(folder.path.name) and sum(bool(RANK.match(f.path.name)) for f in parent.below) > 1:
        _give(folder, parent, folder.logs)
    elif _is_split(folder, parent):
        name, taken = folder.path.name, {tag for log in parent.logs for tag in log.scalars}
        _give(folder, parent, [_renamed(log, lambda tag: _under(name, tag, taken)) for log in folder.logs])


def _give(folder: Folder, whole: Folder, logs: list[Log]) -> None:
    """Make all of a sub-folder a part of the folder of the run."""
    whole.logs += logs
    whole.beside += folder.beside
    whole.notes += folder.notes
    whole.logged |= bool(logs)
    folder.logs, folder.beside, folder.notes = [], [], []


def _curves(folder: Folder, writer: Folder) -> dict[str, str]:
    """Tag to new tag where this folder is what add_scalars made: named by its tag, an underscore and the curve's name."""
    name = folder.path.relative_to(writer.path).as_posix()
    tags = [tag for log in folder.logs for tag in (*log.scalars, *log.histograms)]
    prefixes = {tag: tag.replace("/", "_") + "_" for tag in tags}
    if all(name.startswith(prefix) and name != prefix for prefix in prefixes.values()):
        return {tag: f"{tag}/{name[len(prefix) :]}" for tag, prefix in prefixes.items()}
    return {}


def _only_hparams(folder: Folder, parent: Folder) -> bool:
    """Whether this folder is what add_hparams made: hyperparameters, and one point of each metric."""
    curves = [scalar for log in folder.logs for scalar in log.scalars.values()]
    named = UNIX_TIME.match(folder.path.name) or any(len(s) > 1 for log in parent.logs for s in log.scalars.values())
    return bool(named) and all(log.hparams and not log.histograms for log in folder.logs) and all(len(s) == 1 for s in curves)


def _longest(logs: Iterable[Log]) -> list[Log]:
    """The logs with only the longest of the run's own accounts: every other is its beginning."""
    told = [log for log in logs if log.path.name == HISTORY]
    best = max(told, key=lambda log: max((int(s.steps[-1]) for s in log.scalars.values()), default=-1))
    return [log for log in logs if log.path.name != HISTORY or log is best]


def _of_trainer(folder: Folder, tree: Tree) -> Folder | None:
    """The folder of the run where this one is output_dir/runs/<date>, and the Trainer left its account in output_dir or a checkpoint."""
    whole = tree.folders.get(folder.path.parent.parent)
    if folder.path.parent.name != "runs" or whole is None:
        return None
    accounts = [log for near in (whole, *(f for f in whole.below if CHECKPOINT.match(f.path.name))) for log in near.logs]
    return whole if any(log.path.name == HISTORY for log in accounts) else None


def _is_split(folder: Folder, parent: Folder) -> bool:
    """Whether this folder holds the training or the validation half of a run: not if it is merely a run called "test"."""
    if folder.path.name.lower() not in SPLITS:
        return False
    logged = {f.path.name.lower() for f in parent.below if f.logged}
    alone = parent.logged and folder.path.name.lower() != "learn"  # CatBoost's has the same curve as the table above it
    return alone or bool(logged & TRAIN_SPLIT and logged & (SPLITS - TRAIN_SPLIT))


def _under(name: str, tag: str, taken: set[str]) -> str:
    new = tag if tag.startswith(f"{name}/") else f"{name}/{tag}"
    return f"{new} (folder {name})" if new in taken else new


def _renamed(log: Log, new: Callable[[str], str]) -> Log:
    scalars = {new(tag): replace(s, tag=new(tag)) for tag, s in log.scalars.items()}
    histograms = {new(tag): replace(h, tag=new(tag)) for tag, h in log.histograms.items()}
    return replace(log, scalars=scalars, histograms=histograms)
