"""What belongs to another user or group, made ready to be written in an overlay of an ordinary user's.

An overlay copies what is written, and the folders above it, with their owners, and in a user namespace of an ordinary user nobody but this
user and this group can own anything: the write ends with "Value too large" (EOVERFLOW). So what may be written is copied beforehand, as
this user's own. It has to be found before the namespace is entered: in it all others are one, the user of number 65534.
"""

import os
import shutil
import stat
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

DEPTH, FOLDERS, NAMES = 3, 300, 20_000  # folders below one at the top, and names below one that is needed, that are looked at
BYTES = 1 << 28  # copied at most


@dataclass
class Foreign:
    """What is another's in a place, as paths in it: folders with their modes, those above first, and files."""

    folders: dict[Path, int] = field(default_factory=dict)
    files: list[Path] = field(default_factory=list)

    def make(self, lower: str, upper: str) -> None:
        """Copy it from one root to the other, as this user's own."""
        for folder, mode in self.folders.items():
            made = Path(upper, folder)
            made.mkdir(parents=True, exist_ok=True)
            made.chmod(mode & 0o777 | stat.S_IRWXU)
        for file in self.files:
            Path(upper, file.parent).mkdir(parents=True, exist_ok=True)
            shutil.copy2(Path(lower, file), Path(upper, file))

    def way_to(self, folder: Path, place: str) -> None:
        """Take in this folder of the place, and those above it, down to the last that is another's."""
        names = [name for name in (*reversed(folder.parents), folder) if str(name) != "."]
        modes = {name: os.stat(Path(place, name)) for name in names}
        last = max((i for i, status in enumerate(modes.values()) if is_foreign(status)), default=-1)
        self.folders.update({name: modes[name].st_mode for name in names[: last + 1]})


def is_foreign(status: os.stat_result) -> bool:
    """Whether it has another owner than this process, or another group."""
    return status.st_uid != os.geteuid() or status.st_gid != os.getegid()


def foreign_in(place: str, needed: list[Path]) -> Foreign:
    """What is another's in this place and may be written by this user: ways to folders near its root, and all in the folders needed.

    Raises
    ------
    OSError
        That is more than can be copied.
    """
    found = Foreign()
    for folder in folders_near(place):
        if os.access(folder, os.W_OK):
            found.way_to(Path(folder).relative_to(place), place)
    for path in needed:
        found.way_to(path.relative_to(place), place)
        for other in others_in(path):
            inside = other.relative_to(place)
            found.way_to(inside if other.is_dir() else inside.parent, place)
            found.files += [] if other.is_dir() else [inside]
    if sum(Path(place, file).stat().st_size for file in found.files) > BYTES:
        raise OSError("files of another group are too large to be copied")
    return found


def folders_near(place: str) -> Iterator[str]:
    """The folders in it down to `DEPTH`, of the first `FOLDERS`; not those on other file systems."""
    device, seen = os.stat(place).st_dev, 0
    waiting = [(place, 0)]
    while waiting and seen < FOLDERS:
        folder, depth = waiting.pop(0)
        seen += 1
        try:
            inside = [it.path for it in os.scandir(folder) if it.is_dir(follow_symlinks=False)]
        except OSError:
            continue
        for path in inside[:FOLDERS]:
            if os.lstat(path).st_dev == device:
                yield path
                if depth + 1 < DEPTH:
                    waiting.append((path, depth + 1))


def others_in(folder: Path) -> Iterator[Path]:
    """What is another's below this folder and may be written by this user, folders and regular files; of a home, of its first part."""
    seen = 0
    for parent, folders, files in os.walk(folder):
        seen += len(folders) + len(files)
        if seen > NAMES:
            return
        for path in (Path(parent, name) for name in (*folders, *files)):
            status = path.lstat()
            kept = stat.S_ISREG(status.st_mode) or stat.S_ISDIR(status.st_mode)
            if kept and is_foreign(status) and os.access(path, os.W_OK):
                yield path
