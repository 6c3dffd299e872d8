"""A temporary folder that nobody has to remove."""

import os
import shutil
import tempfile
from pathlib import Path

DESCRIPTORS = 65536  # closed at most
ROOM, SHORT = 40, "/tmp"  # of the 104 bytes that macOS has for the path of a socket; its own temporary folders take 57


def vanishing_folder() -> Path:
    """A temporary folder that is removed when this process has ended, however it did: another one waits for that.

    That one is no child of this process, which may wait for all of its own.
    """
    folder = Path(tempfile.mkdtemp(prefix="advisor-", dir=short_place()))
    if hasattr(os, "fork"):
        end, alive = os.pipe()
        if (between := os.fork()) == 0:
            os.setsid()  # it is to outlive whatever ends this one
            if os.fork() == 0:
                remove_after(end, folder)
            os._exit(0)
        os.waitpid(between, 0)
        os.close(end)
        os.set_inheritable(alive, False)
    return folder


def short_place() -> str | None:
    """Where ours lie, None for where all temporary ones do: in them lie sockets of DataLoader workers, whose paths are bounded."""
    long = len(os.path.realpath(tempfile.gettempdir())) > ROOM
    return SHORT if long and os.access(SHORT, os.W_OK) else None


def remove_after(end: int, folder: Path) -> None:
    """Wait until the last one that can write to the other end of this pipe is gone, remove the folder, and end this process."""
    os.dup2(end, 0)
    most = os.sysconf("SC_OPEN_MAX")  # -1 where there is no limit
    os.closerange(1, most if 0 < most < DESCRIPTORS else DESCRIPTORS)
    os.read(0, 1)
    shutil.rmtree(folder, ignore_errors=True)
    os._exit(0)
