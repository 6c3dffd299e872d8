"""Starts the processes of ours that a training or a script lives in."""

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

START = Path(__file__).resolve().parents[1] / "start.py"


def start_child(environment: Mapping[str, str] | None = None, **options: Any) -> subprocess.Popen:
    """`probes/child.py`, which waits for a recipe at its standard input; `options` are those of `subprocess.Popen`."""
    return start("child", str(os.getpid()), stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment, **options)


def start(role: str, *arguments: str, **options: Any) -> subprocess.Popen:
    """A process that is what `probes/start.py` makes of this role, wherever it runs and whatever lies there."""
    return subprocess.Popen([sys.executable, str(START), role, *arguments], **options)
