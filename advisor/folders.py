"""The folders below a path: which logs lie where, and which sub-folders only hold a part of the run above them."""

import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import ModuleType

from advisor.formats import Log, formats
from advisor.git_lfs import is_pointer
from advisor.scalar import Histogram, Scalar

TRAINING = {"train", "training", "train_inner"}
SPLITS = TRAINING | {"val", "valid", "validation", "test", "testing", "eval", "evaluation", "dev"}
VERIFIED = {"tensorboard"}  # formats with checksums, whose read takes `verify`
PASSED_OVER = {".git", "__pycache__", "node_modules", "site-packages"}
UNIX_TIME = re.compile(r"\d{9,11}(\.\d+)?$")


@dataclass
class Folder:
    """One directory: its logs, the files that say something beside a run, and the names of all others."""

    path: Path
    logs: list[Log] = field(default_factory=list)
    beside: list[tuple[ModuleType, Path]] = field(default_factory=list)
    others: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    below: list["Folder"] = field(default_factory=list)
    logged: bool = False  # a writer was opened here, also where it wrote nothing

    def add(self, path: Path, verify: bool = False) -> None:
        """Read a log, or remember the file; `verify` checks every checksum of a format that has some."""
        try:
            if is_pointer(path):
                self.others.append(path.name)
                self.notes.append(f"{path.name} is only what Git LFS left in its place: run git lfs pull")
                return
            known = next((f for f in formats() if f.sniff(path)), None)
            if known is None:
                self.others.append(path.name)
            elif known.BESIDE:
                self.beside.append((known, path))
            else:
                log = known.read(path, verify=True) if verify and known.NAME in VERIFIED else known.read(path)
                self.logged = True
                self.notes += log.lost
                self.logs += [one for one in (log, *log.others) if one.scalars or one.histograms or one.hparams]
        except OSError as error:
            self.notes.append(f"{path.name} could not be read: {error.strerror or error}")

    def take(self, other: "Folder", logs: list[Log]) -> None:
        """Make all of a sub-folder a part of this one."""
        self.logs += logs
        self.beside += other.beside
        self.notes += other.notes
        other.logs, other.beside, other.notes = [], [], []


@dataclass
class Tree:
    """Every folder below `root`, parents first, and what could not be entered."""

    root: Path
    folders: dict[Path, Folder] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


def tree_of(path: Path, verify: bool = False) -> Tree:
    """Read every log below a folder, or the one file that `path` is."""
    if not path.is_dir():
        tree = Tree(path.parent, {path.parent: Folder(path.parent)})
        tree.folders[path.parent].add(path, verify)
        _bring_home(tree.folders[path.parent], tree)
        return tree
    tree = Tree(path)
    for place, files in walk(path, lambda e: tree.notes.append(f"{e.filename} could not be entered: {e.strerror}")):
        tree.folders[place] = folder = Folder(place)
        if place.parent in tree.folders:
            tree.folders[place.parent].below.append(folder)
        owner = tree.folders[place.parent] if place.parent in tree.folders and _is_inner(place) else folder
        for name in sorted(files):
            owner.add(place / name, verify)
        _bring_home(folder, tree)
    for folder in reversed(tree.folders.values()):
        if folder.logs and folder.path != path and folder.path.parent in tree.folders:
            _join(folder, tree)
    return tree


def _is_inner(place: Path) -> bool:
    """Whether the files of this folder are beside the run above it, by the habit of Hydra or W&B."""
    return place.name == ".hydra" or (place.name == "files" and place.parent.name.startswith(("run-", "offline-run-")))


def _bring_home(folder: Folder, tree: Tree) -> None:
    """Give what is a part of a run elsewhere to that run's folder; runs that lie together in one file get folders of their own."""
    logs, folder.logs = folder.logs, []
    for log in logs:
        place = log.home or folder.path
        home = tree.folders.setdefault(place, Folder(place)) if tree.root in (place, *place.parents) else folder
        home.logs.append(log)
        home.logged = True


def walk(root: Path, failed: Callable[[OSError], None] | None = None) -> Iterator[tuple[Path, list[str]]]:
    """Every folder and its files' names, in order of names; each folder once, whatever links lead to it."""
    if not isinstance(root, Path):
        try:
            yield from root.walk(PASSED_OVER)
        except OSError as error:
            if failed is None:
                raise
            failed(OSError(error.errno, str(error), str(root)))
        return
    seen = set()
    for place, names, files in os.walk(root, onerror=failed, followlinks=True):
        try:
            status = os.stat(place)
        except OSError:
            names.clear()
            continue
        if (status.st_dev, status.st_ino) in seen:
            names.clear()
            continue
        seen.add((status.st_dev, status.st_ino))
        names[:] = sorted((n for n in names if n not in PASSED_OVER), key=lambda n: (os.path.islink(os.path.join(place, n)), n))
        yield Path(place), files


def _join(folder: Folder, tree: Tree) -> None:
    """Hand the logs of a folder that is a part of a run to the folder of that run."""
    parent = tree.folders[folder.path.parent]
    writer = next((tree.folders[p] for p in folder.path.parents if p in tree.folders and tree.folders[p].logged), None)
    curves = _curves(folder, writer) if writer else {}
    if writer and curves:
        writer.take(folder, [_renamed(log, curves.__getitem__) for log in folder.logs])
    elif parent.logged and _only_hparams(folder, parent):
        parent.take(folder, [replace(log, scalars={}) for log in folder.logs])
    elif _is_split(folder, parent):
        name, taken = folder.path.name, {tag for log in parent.logs for tag in log.scalars}
        parent.take(folder, [_renamed(log, lambda tag: _under(name, tag, taken)) for log in folder.logs])
        parent.logged = True


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


def _is_split(folder: Folder, parent: Folder) -> bool:
    """Whether this folder holds the training or the validation half of a run: not if it is merely a run called "test"."""
    if folder.path.name.lower() not in SPLITS:
        return False
    logged = {f.path.name.lower() for f in parent.below if f.logged}
    return parent.logged or bool(logged & TRAINING and logged & (SPLITS - TRAINING))


def _under(name: str, tag: str, taken: set[str]) -> str:
    new = tag if tag.startswith(f"{name}/") else f"{name}/{tag}"
    return f"{new} (folder {name})" if new in taken else new


def _renamed(log: Log, new: Callable[[str], str]) -> Log:
    scalars: dict[str, Scalar] = {new(tag): replace(s, tag=new(tag)) for tag, s in log.scalars.items()}
    histograms: dict[str, Histogram] = {new(tag): replace(h, tag=new(tag)) for tag, h in log.histograms.items()}
    return replace(log, scalars=scalars, histograms=histograms)
