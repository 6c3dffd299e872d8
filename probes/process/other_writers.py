"""Files that programs beside the script hold open to write: our own output in a file, what `tee` makes of it, another training's log."""

import os
import stat
from collections.abc import Iterable, Iterator

ACCESS, READ_ONLY = 0o3, 0o0  # of a descriptor's flags


def running() -> frozenset[str]:
    """The ids of the processes that run now; only this one's where the system does not tell."""
    return frozenset({"self", *(name for name in _listed("/proc") if name.isdigit())})


def held_open(processes: Iterable[str]) -> set[tuple[int, int]]:
    """Device and number of every ordinary file that these processes, those that are left, hold open to write, as far as may be looked."""
    return {(it.st_dev, it.st_ino) for process in processes for it in _written(process) if stat.S_ISREG(it.st_mode)}


def _written(process: str) -> Iterator[os.stat_result]:
    """What this process can write through its descriptors; of this one its output, where the system does not tell."""
    names = _listed(f"/proc/{process}/fd")
    for name in names or (("1", "2") if process == "self" else ()):
        try:
            if not names:
                yield os.fstat(int(name))
            elif _flags(process, name) & ACCESS != READ_ONLY:
                yield os.stat(f"/proc/{process}/fd/{name}")
        except (OSError, ValueError):  # gone meanwhile
            continue


def _flags(process: str, descriptor: str) -> int:
    """With which a descriptor was opened."""
    with open(f"/proc/{process}/fdinfo/{descriptor}", encoding="ascii") as lines:
        return next(int(line.split()[1], 8) for line in lines if line.startswith("flags:"))


def _listed(folder: str) -> list[str]:
    try:
        return os.listdir(folder)
    except OSError:
        return []
