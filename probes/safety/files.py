"""Keeps what a script writes while it is probed away from its owner's files."""

import os
import shutil
import tempfile
from pathlib import Path
from typing import Any

from advisor.wording import first_few
from probes.safety.trackers import keep_trackers_off

NO_OVERLAY = "ADVISOR_NO_OVERLAY"  # set it to have writes redirected even where there are overlays


def keep_files_safe(store: Path | None = None) -> Any:
    """From now on nothing this process writes lands among the user's files; call it before it has a second thread.

    Returns an object whose `written()` lists what would have been written. Experiment trackers are switched off.
    """
    keep_trackers_off()
    if not os.environ.get(NO_OVERLAY):
        from probes.safety.overlay import enter_overlay

        try:
            return enter_overlay()
        except OSError:
            pass
    from probes.safety.redirected_writes import Redirected

    return Redirected(store or vanishing_folder()).start()


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


def kept_away_note(written: list[Path], folder: Path) -> list[str]:
    """A sentence on what was written."""
    if not written:
        return []
    names = [str(path.relative_to(folder) if path.is_relative_to(folder) else path) for path in written]
    return [f"What the script wrote while it was probed was kept away from your files: {first_few(names, 3)}."]
