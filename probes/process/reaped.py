"""Processes that end when this one is gone: their ids are told to a reaper, which outlives it for as long as that takes."""

import atexit
import contextlib
import os
import subprocess
import sys
import threading
from pathlib import Path

SOON = 1  # seconds that a reaper with nobody to kill may take to end
REAPER = Path(__file__).resolve().parent / "reaper.py"


class Reaper:
    """The reaper of this process; it is started with the first process it is told of, and again should it die."""

    def __init__(self) -> None:
        self.program: subprocess.Popen | None = None
        self.watched: set[int] = set()
        self.lock = threading.Lock()

    def watch(self, process: int) -> None:
        """Let this process be killed, with all that it starts, when the one that runs this code is gone."""
        if os.name == "posix":
            with self.lock:
                self.watched.add(process)
                self.tell(f"+{process}\n")

    def forget(self, process: int) -> None:
        """The process has ended."""
        if os.name == "posix":
            with self.lock:
                self.watched.discard(process)
                self.tell(f"-{process}\n")

    def tell(self, line: str) -> None:
        """Write the line; a new reaper is told everything."""
        with contextlib.suppress(OSError):
            if self.program is None or self.program.poll() is not None:
                if self.program is None:
                    atexit.register(self.end)
                self.program, line = started(), "".join(f"+{process}\n" for process in sorted(self.watched))
            self.program.stdin.write(line.encode())  # type: ignore[union-attr]

    def end(self) -> None:
        """Let it end with this process; where it still has processes to kill, it is left to that."""
        with self.lock, contextlib.suppress(OSError, subprocess.TimeoutExpired):
            self.program.stdin.close()  # type: ignore[union-attr]
            self.program.wait(SOON)  # type: ignore[union-attr]


def started() -> subprocess.Popen:
    """A reaper, in a session of its own, so that no signal to a terminal or a group of processes ends it."""
    command = [sys.executable, "-I", "-S", str(REAPER)]
    quiet = subprocess.DEVNULL
    return subprocess.Popen(command, bufsize=0, stdin=subprocess.PIPE, stdout=quiet, stderr=quiet, cwd="/", start_new_session=True)


REAPER_OF_THIS = Reaper()
