"""Tries a guard before a script is run under it: a process enters it and does its worst to files of ours, which then are looked at.

The files lie in a temporary folder of ours. In the folders of the script something new is made, as nothing else there is ours: it is
removed where the guard lets it through, and the folder's time put back.
"""

import contextlib
import ctypes
import itertools
import os
import shutil
import signal
import stat
import subprocess
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

PATIENCE = 20.0  # seconds a guard may take to be entered and tried
TEXT = "as it was"
PROGRAM = "echo X >> changed; rm removed; mv renamed other; chmod 700 mode; touch -t 197001010101 time; echo X > new"
ENTERED = 0
NAMES, LARGE = 1000, 16 << 20


@dataclass(frozen=True)
class Result:
    """Whether a guard can be entered, lets the script write, and keeps files from what Python writes; and from other programs."""

    python: bool = False
    programs: bool = False


class Trial:
    """What is tried, and where: the folders of the script, in which it must be able to write what it could without the guard."""

    def __init__(self, folders: tuple[Path, ...]):
        self.folders = tuple(it for it in folders if os.access(it, os.W_OK))
        self.name = f".advisor-trial-{os.getpid()}"
        self.there = [path for folder in self.folders for path in writable_files(folder)]

    def of(self, enter: Callable[[tuple[Path, ...]], object]) -> Result:
        """How this guard does."""
        if not hasattr(os, "fork"):
            return Result(python=True)  # nothing can be entered there but what replaces functions
        ours = Path(tempfile.mkdtemp(prefix="advisor-trial-")).resolve()
        times = {folder: os.stat(folder) for folder in self.folders}
        try:
            for who in ("python", "programs"):
                make_files(ours / who)
            before = {who: figures(ours / who) for who in ("python", "programs")}
            entered = self.in_another_process(enter, ours)
            kept = {who: figures(ours / who) == before[who] for who in before}
            let_through = {it.suffix[1:] for folder in self.folders for it in self.remove(folder, times[folder])}
        finally:
            shutil.rmtree(ours, ignore_errors=True)
        return Result(
            entered and kept["python"] and "python" not in let_through, entered and kept["programs"] and "programs" not in let_through
        )

    def remove(self, folder: Path, status: os.stat_result) -> list[Path]:
        """Remove what the trial left in a folder of the script's; the paths."""
        left = [path for who in ("python", "programs") if (path := folder / f"{self.name}.{who}").exists()]
        for path in left:
            path.unlink()
        if left:
            os.utime(folder, ns=(status.st_atime_ns, status.st_mtime_ns))
        return left

    def in_another_process(self, enter: Callable[[tuple[Path, ...]], object], ours: Path) -> bool:
        """Enter the guard there and write; whether that could be done."""
        child = os.fork()
        if child == 0:
            status = 1
            with contextlib.suppress(BaseException):
                os.setsid()
                self.do_its_worst(enter, ours)
                status = ENTERED
            os._exit(status)
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            ended, status = os.waitpid(child, os.WNOHANG)
            if ended:
                return os.waitstatus_to_exitcode(status) == ENTERED
            time.sleep(0.002)
        os.killpg(child, signal.SIGKILL)
        os.waitpid(child, 0)
        return False

    def do_its_worst(self, enter: Callable[[tuple[Path, ...]], object], ours: Path) -> None:
        """In the other process: enter the guard, then write by Python and by other programs; an exception where Python cannot."""
        enter(self.folders)
        for path in self.there:
            open(path, "r+b").close()  # that it can be written is all that is to be known
        for folder in self.folders:
            (folder / f"{self.name}.python").write_text(TEXT)
            if (folder / f"{self.name}.python").read_text() != TEXT:
                raise OSError("what is written is not found again")
        by_python(ours / "python")
        by_programs(ours / "programs", [folder / f"{self.name}.programs" for folder in self.folders])


def writable_files(folder: Path) -> list[Path]:
    """One file in it of each owner and group, which this user may write and which is not too large to be copied for a trial."""
    found: dict[tuple[int, int], Path] = {}
    for path in itertools.islice(folder.iterdir(), NAMES):
        with contextlib.suppress(OSError):
            status = path.lstat()
            if stat.S_ISREG(status.st_mode) and status.st_size < LARGE and os.access(path, os.W_OK):
                found.setdefault((status.st_uid, status.st_gid), path)
    return list(found.values())


def make_files(folder: Path) -> None:
    """Files to lose."""
    folder.mkdir()
    for name in ("changed", "removed", "renamed", "mode", "time"):
        (folder / name).write_text(TEXT)


def figures(folder: Path) -> dict[str, tuple]:
    """What would be seen of a change: name, content, mode, time."""
    return {it.name: (it.read_text(), it.stat().st_mode, it.stat().st_mtime_ns) for it in folder.iterdir()}


def by_python(folder: Path) -> None:
    """Change all of them by functions of Python."""
    with open(folder / "changed", "a") as file:
        file.write("X")
    os.remove(folder / "removed")
    os.rename(folder / "renamed", folder / "other")
    os.chmod(folder / "mode", 0o700)
    os.utime(folder / "time", (1, 1))
    (folder / "new").write_text("X")


def by_programs(folder: Path, new: list[Path]) -> None:
    """Change all of them by a shell and by the C library, and make new files; what is refused is refused."""
    nothing = subprocess.DEVNULL
    subprocess.run(["/bin/sh", "-c", PROGRAM], cwd=folder, stdin=nothing, stdout=nothing, stderr=nothing, check=False)
    library = ctypes.CDLL(None)
    for path in new:
        library.creat(os.fsencode(path), 0o600)
