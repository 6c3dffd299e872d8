"""What a command is started with: standard input, output and error, and a current folder. Any of them may be missing."""

import os
import sys

from advisor.commands.failures import FAILED, complain

MODES = {"stdin": "r", "stdout": "w", "stderr": "w"}


def fill_closed() -> None:
    """Let what was closed at the start read and write nothing: else the first files that are opened would stand in its place."""
    for descriptor, (name, mode) in enumerate(MODES.items()):
        try:
            os.fstat(descriptor)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # the lowest that is free
            os.set_inheritable(descriptor, True)
        if getattr(sys, name) is None:
            setattr(sys, name, os.fdopen(descriptor, mode, encoding="utf-8", closefd=False))


def need_current_folder() -> None:
    """End the process with a sentence where the folder that it was started in is gone."""
    try:
        os.getcwd()
    except OSError:
        complain("the current folder is gone: go to one that is there.")
        sys.exit(FAILED)
