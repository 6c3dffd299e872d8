"""A temporary folder that nobody has to remove."""

import os
import shutil
import tempfile
from pathlib import Path


def vanishing_folder() -> Path:
    """A temporary folder that is removed when this process has ended, however it did: another one waits for that."""
    folder = Path(tempfile.mkdtemp(prefix="advisor-"))
    if hasattr(os, "fork"):
        end, alive = os.pipe()
        if os.fork() == 0:
            os.setsid()  # it is to outlive whatever ends this one
            os.dup2(end, 0)
            os.closerange(1, os.sysconf("SC_OPEN_MAX") if os.sysconf("SC_OPEN_MAX") < 65536 else 65536)
            os.read(0, 1)  # until the last one that can write is gone
            shutil.rmtree(folder, ignore_errors=True)
            os._exit(0)
        os.close(end)
        os.set_inheritable(alive, False)
    return folder
