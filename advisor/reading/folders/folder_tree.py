"""The folders below a path: which logs lie where."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

from advisor.faults import unreadable
from advisor.reading.folders.folder_names import is_side_folder
from advisor.reading.formats import format_of
from advisor.reading.log import Log, sound
from advisor.reading.storage.git_lfs import is_pointer
from advisor.run import Missing

if TYPE_CHECKING:
    from advisor.reading.folders.folder_groups import FolderGroup

VERIFIED = {"tensorboard"}  # formats with checksums, whose read takes `verify`
Reader = Callable[[ModuleType, Path], Log]


def read_once(known: ModuleType, path: Path) -> Log:
    """The reader of files that are read once.

    Raises
    ------
    OSError
        The file could not be read, be it for a fault of ours.
    """
    with unreadable(known.NAME):
        return known.read(path)


def read_verified(known: ModuleType, path: Path) -> Log:
    """The reader that compares every checksum where the format has some.

    Raises
    ------
    OSError
        The file could not be read, be it for a fault of ours.
    """
    with unreadable(known.NAME):
        return known.read(path, verify=True) if known.NAME in VERIFIED else known.read(path)


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

    def add(self, path: Path, read: Reader) -> None:
        """Read a log, or remember the file."""
        try:
            if is_pointer(path):
                self.others.append(path.name)
                self.notes.append(Missing(f"{path.name} is only what Git LFS left in its place: run git lfs pull"))
                return
            known = format_of(path)
            if known is None:
                self.others.append(path.name)
            elif known.BESIDE:
                self.beside.append((known, path))
            else:
                log = read(known, path)
                self.logged = True
                logs = [sound(replace(one, format=known.NAME)) for one in (log, *log.others)]
                self.notes += [sentence for one in logs for sentence in one.lost]
                self.logs += [one for one in logs if one.scalars or one.histograms or one.hparams]
        except OSError as error:
            self.notes.append(Missing(f"{path.name} could not be read: {error.strerror or error}"))


@dataclass
class Tree:
    """The folders of a unit, parents first, where the user asked, and how files are read."""

    root: Path
    folders: dict[Path, Folder] = field(default_factory=dict)
    may_fail: bool = True  # a text that holds nothing but a failure is a run
    read: Reader = read_once


def read_tree(unit: "FolderGroup", read: Reader = read_once) -> Tree:
    """Read every log of a unit; `read` may know some of them from an earlier look."""
    tree = Tree(unit.root, may_fail=not unit.above_others, read=read)
    for place, names in unit.places:
        tree.folders[place] = folder = Folder(place, notes=[unit.closed] if unit.closed else [])
        if place.parent in tree.folders:
            tree.folders[place.parent].below.append(folder)
        owner = tree.folders[place.parent] if place.parent in tree.folders and is_side_folder(place) else folder
        for name in names:
            owner.add(place / name, read)
    return tree
