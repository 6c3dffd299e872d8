"""Starts the process that a training lives in."""

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any


def start_child(environment: Mapping[str, str], **options: Any) -> subprocess.Popen:
    """`python -m probes.child`, which waits for a recipe at its standard input; `options` are those of `subprocess.Popen`."""
    command = [sys.executable, "-m", "probes.child"]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=dict(environment), **options)


def importable() -> dict[str, str]:
    """The environment of a child that finds these packages wherever it runs."""
    here = str(Path(__file__).parents[2])
    before = os.environ.get("PYTHONPATH", "")
    return {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, (here, before)))}
