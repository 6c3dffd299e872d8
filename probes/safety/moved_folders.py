"""Python's own rename moves a folder of the user's by copying it, where an overlay refuses to."""

import errno
import functools
import os
import shutil
from collections.abc import Callable
from typing import Any


def move_by_copying() -> None:
    """From now on `os.rename` and `os.replace` copy a folder that an overlay cannot rename, as `mv` does, and remove it."""
    for name in ("rename", "replace"):
        setattr(os, name, moving(getattr(os, name)))


def moving(original: Callable) -> Callable:
    """A function of two paths that moves the first to the second."""

    @functools.wraps(original)
    def moved(source: Any, target: Any, **options: Any) -> None:
        try:
            original(source, target, **options)
        except OSError as error:
            if error.errno != errno.EXDEV or options or os.path.islink(source) or not os.path.isdir(source):
                raise
            if os.path.isdir(target):
                os.rmdir(target)  # as rename does with an empty one
            shutil.copytree(source, target, symlinks=True)
            shutil.rmtree(source)

    return moved
