"""A copy of the script's folder to run in, where it is small: what programs write beside the script lands there.

Where the file system can, a copy shares its blocks with what it was taken from until one of them is written.
"""

import contextlib
import os
import shutil
from collections.abc import Sequence
from pathlib import Path

BYTES, NAMES = 200 << 20, 5000  # a folder of more is not small
CLONE = 0x40049409  # the ioctl FICLONE
BESIDE = 2000  # entries of a folder above that are linked to


def outermost(folders: Sequence[Path]) -> tuple[Path, ...]:
    """Those of the folders that lie in none of the others, in their order."""
    return tuple(it for it in folders if not any(it != other and it.is_relative_to(other) for other in folders))


def small(folders: tuple[Path, ...]) -> tuple[Path, ...]:
    """The folders, those that lie in others left out; none where they are too large to be copied, or paths begin with a drive."""
    if os.sep != "/":
        return ()
    outer = outermost(sorted({it.resolve() for it in folders}))
    taken = names = 0
    for folder in outer:
        for parent, folders_in, files in os.walk(folder):
            names += len(folders_in) + len(files)
            taken += sum(os.lstat(os.path.join(parent, name)).st_size for name in files) if names <= NAMES else 0
            if names > NAMES or taken > BYTES:
                return ()
    return outer


def copy(folders: tuple[Path, ...], copies: Path) -> None:
    """Copy these folders to the same paths below `copies`, with links to what lies beside them, and above."""
    for folder in folders:
        there = copies / folder.relative_to(folder.anchor)
        there.parent.mkdir(parents=True, exist_ok=True)
        shutil.copytree(folder, there, symlinks=True, copy_function=clone, ignore=special, dirs_exist_ok=True)
    for folder in folders:
        link_beside(folder, copies)


def figures(path: str) -> tuple[int, int]:
    """Size and time of a file, or of a link itself."""
    status = os.lstat(path)
    return status.st_size, status.st_mtime_ns


def clone(source: str, target: str) -> None:
    """Copy a file with its times, its blocks shared where that can be; one that cannot be read is left out."""
    with contextlib.suppress(PermissionError):
        try:
            import fcntl

            with open(source, "rb") as old, open(target, "wb") as new:
                fcntl.ioctl(new.fileno(), CLONE, old.fileno())
        except (ImportError, OSError):
            shutil.copyfile(source, target)
        shutil.copystat(source, target)


def special(parent: str, names: list[str]) -> list[str]:
    """The names there that are no files, folders or links: pipes and sockets."""
    paths = [(name, os.path.join(parent, name)) for name in names]
    return [name for name, path in paths if not (os.path.islink(path) or os.path.isfile(path) or os.path.isdir(path))]


def link_beside(folder: Path, copies: Path) -> None:
    """What lies beside a folder that was copied, and beside those above it, as links below `copies`; of large folders their first."""
    for above in folder.parents:
        there = copies / above.relative_to(above.anchor)
        with contextlib.suppress(OSError), os.scandir(above) as entries:
            for _, entry in zip(range(BESIDE), entries, strict=False):
                if not os.path.lexists(there / entry.name):
                    os.symlink(entry.path, there / entry.name)
