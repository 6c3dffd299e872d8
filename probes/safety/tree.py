"""What lies in the user's folders, before and after: whoever changed something meanwhile, it is told."""

import hashlib
import os
import time
from dataclasses import dataclass
from pathlib import Path

from advisor.wording import first_few

NAMES, SECONDS = 50_000, 3.0  # looked at, at most, in all folders together
SMALL, BYTES = 256 << 10, 64 << 20  # of files up to this size the content is compared, up to so many bytes of all
CHANGED = "files of yours changed while {name} was probed: {changes}. If no other program of yours wrote them, {past}."
FAILED, PASSED = "its guard has failed; please report it", "it did, past its guard, as was said"


@dataclass(frozen=True)
class Tree:
    """What was there: of each path its kind and mode, of files size, time of change, and of small ones a checksum of the content."""

    entries: dict[str, tuple]
    whole: bool

    def difference(self, later: "Tree", logs: Path) -> dict[str, str]:
        """What is gone, changed or new later, by its path; new only where all was looked at, and not among the `logs`."""
        gone = {path: "gone" for path in self.entries if path not in later.entries and later.whole}
        changed = {path: "changed" for path, was in self.entries.items() if later.entries.get(path, was) != was}
        new = {path: "new" for path in later.entries if path not in self.entries and self.whole and not Path(path).is_relative_to(logs)}
        return gone | changed | new


def look(folders: tuple[Path, ...], without: Path) -> Tree:
    """What lies in these folders now, but for what lies in `without`; links are not followed."""
    entries: dict[str, tuple] = {}
    until, read = time.monotonic() + SECONDS, 0
    for folder in folders:
        for parent, inside, names in os.walk(folder):
            inside[:] = [name for name in inside if Path(parent, name) != without]
            for name in (*inside, *names):
                path = os.path.join(parent, name)
                try:
                    status = os.lstat(path)
                    is_file = os.path.isfile(path) and not os.path.islink(path)
                    hashed = is_file and status.st_size <= SMALL and read + status.st_size <= BYTES
                    read += status.st_size if hashed else 0
                    entries[path] = (
                        status.st_mode,
                        *((status.st_size, status.st_mtime_ns, checksum(path) if hashed else "") if is_file else ()),
                    )
                except OSError:  # gone meanwhile, or not to be read
                    continue
            if len(entries) > NAMES or time.monotonic() > until:
                return Tree(entries, whole=False)
    return Tree(entries, whole=True)


def checksum(path: str) -> str:
    """Of a file's content."""
    return hashlib.blake2b(Path(path).read_bytes(), digest_size=16).hexdigest()


def changes(found: dict[str, str], name: str, folder: Path, *, held: bool) -> str | None:
    """A sentence on what changed while this script was probed, its paths relative to the folder where they lie in it; None for nothing.

    `held` tells whether its guard was to hold for all that it starts.
    """
    if not found:
        return None
    few = first_few([f"{path.removeprefix(f'{folder}{os.sep}')} ({found[path]})" for path in sorted(found)], 5)
    return CHANGED.format(name=name, changes=few, past=FAILED if held else PASSED)
