"""A folder whose logs are being written: each look reads only what is new since the look before."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

from advisor.errors import AdvisorError
from advisor.faults import unreadable
from advisor.reading.folders.walk import walk
from advisor.reading.log import Log
from advisor.reading.runs import read
from advisor.run import Missing, Run
from advisor.watching.unfinished_run import finite_wall, progress_curve


class FileStamp(NamedTuple):
    """What tells that a file was written to, and whether it only grew."""

    size: int | None
    modified: Any  # nanoseconds, or elsewhere any mark that changes with the file
    inode: int

    def grew_from(self, earlier: "FileStamp") -> bool:
        """Whether it is the same file and longer than it was; a size that nobody tells counts as 0."""
        return self.inode == earlier.inode and (self.size or 0) > (earlier.size or 0)


class GrowingLogs:
    """The runs below a folder, which need not exist yet, or in one file.

    Attributes
    ----------
    runs : list of Run
        As of the last look.
    trouble : str
        Why there are none, in a sentence; empty where there are some.
    """

    def __init__(self, path: Path, tags: Mapping[str, str] | None = None) -> None:
        self.path, self.tags = path, tags or {}
        self.runs: list[Run] = []
        self.trouble = ""
        self._stamps: dict[Path, FileStamp] = {}
        self._logs: dict[Path, tuple[FileStamp, Log]] = {}

    def look(self) -> set[Path]:
        """Read what is new; the logs that changed, began or are gone. A file that could not be read is tried again at every look."""
        stamps, known = dict(stamps_of(self.path)), set(self._logs)
        changed = {path for path in stamps.keys() | self._stamps.keys() if stamps.get(path) != self._stamps.get(path)}
        self._stamps = stamps
        if changed or not self.runs:
            self._logs = {path: log for path, log in self._logs.items() if path in stamps}
            self._read()
        return changed & (known | self._logs.keys())

    def _read(self) -> None:
        self.runs, self.trouble = [], ""
        try:
            if self.path.exists():
                self.runs = read(self.path, self.tags, reader=self._log)
            else:
                self.trouble = f"{self.path} does not exist"
        except AdvisorError as none:
            self.trouble = str(none).rstrip(".")
        except OSError as error:
            self.trouble = f"{self.path} could not be read: {error.strerror or error}"

    def _log(self, known: ModuleType, path: Path) -> Log:
        """The log of a file: as it was where the file is unchanged, read on where it grew, and else anew.

        Where it cannot be read on, it is as it was, and says so; the next look tries again.

        Raises
        ------
        OSError
            It could never be read, be it for a fault of ours: one bad file must not stop the others.
        """
        stamp = self._stamps.get(path) or stamp_of(path)
        before, earlier = self._logs.get(path, (None, None))
        if earlier and stamp == before:
            return earlier
        try:
            with unreadable(known.NAME):
                log = known.read(path, earlier if before and stamp.grew_from(before) else None)
        except OSError as error:
            self._stamps.pop(path, None)
            if not earlier:
                raise
            self._logs[path] = FileStamp(0, None, -1), earlier  # grown from nothing: it is read anew
            reason = error.strerror or str(error)
            return replace(earlier, lost=(*earlier.lost, Missing(f"{path.name} could not be read on: {reason}")))
        self._logs[path] = stamp, log
        return log

    def written(self) -> dict[Path, float]:
        """When each run's path was last written to, in seconds since the epoch: its files, or where they hold more runs, its points."""
        points = ((run.path, finite_wall(progress_curve(run))[-1:]) for run in self.runs)
        latest = {path: float(wall.max(initial=0.0)) for path, wall in points}
        for path in self._logs.keys() & self._stamps.keys():
            owner = next((place for place in (path, *path.parents) if place in latest), None)
            if owner and isinstance(modified := self._stamps[path].modified, int):
                latest[owner] = max(latest[owner], modified / 1e9)
        return latest


def may_belong_to(path: Path, run: Run) -> bool:
    """Whether a file may be a part of a run: it lies in the run's folder, below it, or beside a folder above it."""
    return run.path in (path, *path.parents) or path.parent in run.path.parents


def stamps_of(root: Path) -> Iterator[tuple[Path, FileStamp]]:
    """Every file below a folder, or the one file, with its stamp, and the root itself; what cannot be seen is left out."""
    for path in (root, *(place / name for place, files in walk(root, lambda error: None) for name in files)):
        try:
            yield path, stamp_of(path)
        except OSError:
            continue


def stamp_of(path: Path) -> FileStamp:
    """The stamp of a file, its time in nanoseconds; OSError where it is gone or out of reach."""
    status = path.stat()
    return FileStamp(status.st_size, status.st_mtime_ns, status.st_ino)
