"""A process of ours ends with the one that started it, however that one ended."""

import ctypes
import os
import signal
import sys
import threading
import time

DEATH_SIGNAL = 1  # PR_SET_PDEATHSIG of Linux
LOOK = 1.0  # seconds between two looks at who the parent is, where the system does not tell


def end_with(parent: int) -> None:
    """Let this process be killed when its parent, which has this process id, is gone."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(DEATH_SIGNAL, signal.SIGKILL, 0, 0, 0)
    elif hasattr(os, "getppid"):
        threading.Thread(target=_look_out_for, args=(parent,), daemon=True).start()
    if hasattr(os, "getppid") and os.getppid() != parent:  # it was gone before
        os._exit(1)


def _look_out_for(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(LOOK)
    os._exit(1)
