"""The temporary folder that takes what a script writes where no overlay does: copied folders to run in, and redirected files."""

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from probes.safety import folder_copy
from probes.safety.redirected_writes import Redirected
from probes.safety.vanishing_folder import vanishing_folder


@dataclass(frozen=True)
class Store:
    """Where it is, which folders were copied to it, in which folder the user is; other processes of the same script may be given it."""

    root: Path
    copied: tuple[Path, ...] = ()
    folder: Path = field(default_factory=Path.cwd)

    def start(self) -> "KeptInStore":
        """From now on what this process's Python writes goes there, and a current folder that was copied is its copy."""
        kept = KeptInStore(self)
        os.chdir(kept.place(self.folder))
        return kept


class KeptInStore:
    """What is kept apart in a store by a process that redirects its writes."""

    def __init__(self, store: Store):
        self.store, self.folder = store, store.folder
        self.paths = Redirected(store.root, store.copied)
        self.before = {path: folder_copy.figures(path) for path in self.in_copies()}
        self.paths.start()

    def place(self, path: Path) -> Path:
        """Where a file of the user's is for this process: in a copied folder, in its copy."""
        return Path(self.paths.here(path))

    def written(self) -> list[Path]:
        """The files that were written so far, where the user believes them to be."""
        changed = (path for path in self.in_copies() if self.before.get(path) != folder_copy.figures(path))
        return sorted({*(Path(path[len(self.paths.copies) :]) for path in changed), *self.paths.written()})

    def in_copies(self) -> Iterator[str]:
        """The paths of all files in the copied folders, and of links."""
        for folder in self.paths.copied:
            yield from (os.path.join(parent, name) for parent, _, names in os.walk(self.paths.copies + folder) for name in names)


def new_store(folders: tuple[Path, ...]) -> Store:
    """A store with copies of these folders where they are small."""
    root = vanishing_folder().resolve()
    copied = folder_copy.small(folders)
    if any(root.is_relative_to(folder) for folder in copied):
        copied = ()
    folder_copy.copy(copied, root / "copies")
    return Store(root, copied)
