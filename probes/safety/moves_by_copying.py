"""Python's own rename copies where a guard has parted what was one file system: two overlays, or two folders under Landlock."""

import errno
import functools
import os
import shutil
from collections.abc import Callable
from typing import Any


def move_by_copying() -> None:
    """From now on `os.rename` and `os.replace` copy what cannot be renamed, as `mv` does, and remove it."""
    for name in ("rename", "replace"):
        setattr(os, name, moving(getattr(os, name)))


def moving(original: Callable) -> Callable:
    """A function of two paths that moves the first to the second."""

    @functools.wraps(original)
    def moved(source: Any, target: Any, **options: Any) -> None:
        try:
            original(source, target, **options)
        except OSError as error:
            if error.errno != errno.EXDEV or options:
                raise
            copied(source, target)

    return moved


def copied(source: Any, target: Any) -> None:
    """Copy a file, a link or a folder over what is there, and remove it; OSError, as rename has it, over a folder that is not empty."""
    if os.path.isdir(source) and not os.path.islink(source):
        if os.path.lexists(target):
            os.rmdir(target)
        shutil.copytree(source, target, symlinks=True)
        shutil.rmtree(source)
        return
    if os.path.islink(source) and os.path.lexists(target):
        os.unlink(target)
    shutil.copy2(source, target, follow_symlinks=False)
    os.unlink(source)
