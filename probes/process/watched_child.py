"""A process that a training lives in, from its start to its end with all that it started."""

import contextlib
import os
import signal
import subprocess
from collections.abc import Mapping
from typing import IO

from probes.process.child_process import start_child
from probes.process.reaped import REAPER_OF_THIS
from probes.process.reaper import family, killed


def watched_child(output: IO[bytes] | None, environment: Mapping[str, str] | None = None) -> subprocess.Popen:
    """The process, which prints to `output`, or to this one's standard error without it; it ends with this one."""
    # in a session of its own, for Ctrl-C is for us, and it and all it starts can be ended together
    process = start_child(environment, start_new_session=True, stderr=output)
    REAPER_OF_THIS.watch(process.pid)
    return process


def kill_with_all(process: subprocess.Popen) -> None:
    """Kill it and all that it started; what began a session of its own is found by its parent, so as long as that is there."""
    found = family(process.pid) if hasattr(os, "killpg") and process.poll() is None else set()
    with contextlib.suppress(OSError):
        os.killpg(process.pid, signal.SIGKILL) if hasattr(os, "killpg") else process.kill()
    killed(found)


def end_child(process: subprocess.Popen) -> None:
    """End it and everything it started."""
    kill_with_all(process)
    process.wait()
    REAPER_OF_THIS.forget(process.pid)
    for pipe in (process.stdin, process.stdout):
        with contextlib.suppress(OSError):
            pipe.close()  # type: ignore[union-attr]
