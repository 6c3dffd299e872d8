"""A process that a training lives in, from its start to its end with all that it started."""

import contextlib
import os
import signal
import subprocess
from collections.abc import Mapping
from typing import IO

from probes.process.child_process import start_child
from probes.process.reaped import REAPER_OF_THIS


def watched_child(output: IO[bytes] | None, environment: Mapping[str, str] | None = None) -> subprocess.Popen:
    """The process, which prints to `output`, or to this one's standard error without it; it ends with this one."""
    # in a session of its own, for Ctrl-C is for us, and it and all it starts can be ended together
    process = start_child(environment, start_new_session=True, stderr=output)
    REAPER_OF_THIS.watch(process.pid)
    return process


def end_child(process: subprocess.Popen) -> None:
    """End it and everything it started."""
    with contextlib.suppress(OSError):
        os.killpg(process.pid, signal.SIGKILL) if hasattr(os, "killpg") else process.kill()
    process.wait()
    REAPER_OF_THIS.forget(process.pid)
    for pipe in (process.stdin, process.stdout):
        with contextlib.suppress(OSError):
            pipe.close()  # type: ignore[union-attr]
