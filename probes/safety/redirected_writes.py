"""What a script writes goes to a folder of ours: functions of Python that open, rename and remove are replaced.

The script finds again what it wrote. Seen are Python's own functions, torch.save, safetensors and sqlite3; not seen are libraries that open
files themselves in C, and other programs a script starts.
"""

import builtins
import errno
import functools
import io
import os
import shutil
import sqlite3
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from probes.hooks.after_import import after_import
from probes.safety.redirected_paths import Entries, RedirectedPaths

WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
NOT_FOLLOWED = ("lstat", "readlink", "remove", "unlink", "lchown", "lchmod", "lchflags")
OF_MACOS = ("lchown", "chflags", "lchmod", "lchflags")  # the last three are nowhere else, and shutil's copies call them
WRITERS = ("mkdir", "truncate", "chmod", "chown", "utime", "setxattr", "removexattr", "mkfifo", "mknod", *OF_MACOS)


class Redirected(RedirectedPaths):
    """The functions that find their paths redirected, from `start` on."""

    def start(self) -> "Redirected":
        """Replace the functions, for as long as this process lives; temporary files lie in the store, so that programs can open them."""
        self.folder(self.files)
        self.folder(temporary := self.root + "/t")
        tempfile.tempdir = os.environ["TMPDIR"] = temporary
        for module, name, takes in self.replacements():
            original = getattr(module, name)
            setattr(module, name, functools.wraps(original)(takes(original)))
        after_import("torch", lambda: self.put(sys.modules["torch"], "save", 1))
        after_import("safetensors.torch", lambda: self.put(sys.modules["safetensors.torch"], "save_file", 1))
        return self

    def replacements(self) -> Iterator[tuple[Any, str, Callable]]:
        """For each function its module, its name, and what makes its replacement."""
        reads = [(os, n) for n in ("stat", "lstat", "access", "readlink")]
        reads += [(os, n) for n in ("listxattr", "getxattr") if hasattr(os, n)]  # shutil.copy2 does
        reads += [(os.path, n) for n in ("exists", "isfile", "isdir") if hasattr(os.path, n)]
        writes = [(os, n) for n in WRITERS if hasattr(os, n)]
        yield from ((module, name, functools.partial(self.first, choose=self.reading)) for module, name in reads)
        yield from ((module, name, functools.partial(self.first, choose=self.writing)) for module, name in [*writes, (sqlite3, "connect")])
        yield from ((os, name, self.listing) for name in ("listdir", "scandir"))
        yield from ((os, name, self.removing) for name in ("remove", "unlink", "rmdir"))
        yield shutil, "rmtree", self.removing_tree
        yield from ((os, name, self.moving) for name in ("rename", "replace", "link", "symlink"))
        yield from ((module, "open", self.opening) for module in (builtins, io))
        yield os, "open", self.opening_low

    def first(self, original: Callable, choose: Callable) -> Callable:
        """A function whose first argument is a path."""

        def redirected(path: Any = ".", *args: Any, **options: Any) -> Any:
            if options.get("dir_fd") is not None:
                return original(path, *args, **options)
            if original.__name__ == "mkdir" and self.is_there(self.reading(path)):
                raise FileExistsError(errno.EEXIST, "File exists", os.fsdecode(path))
            follow = original.__name__ not in NOT_FOLLOWED and options.get("follow_symlinks", True)
            return original(choose(path, follow=follow), *args, **options)

        return redirected

    def listing(self, original: Callable) -> Callable:
        """A function that lists a folder: what the user has there and what was written there, as one."""

        def listed(path: Any = ".") -> Any:
            place = self.ours(self.here(path))
            if place is None or not (self.is_there(place) or any(os.path.dirname(it) == place for it in self.gone)):
                return original(self.reading(path))
            names = self.names(path)
            if original.__name__ == "listdir":
                return [os.fsencode(it) for it in names] if isinstance(path, bytes) else names
            return Entries(self, os.fspath(path), names)

        return listed

    def removing(self, original: Callable) -> Callable:
        """A function that removes: in the store for real, while what is the user's is only noted to be gone."""

        def removed(path: Any, *args: Any, **options: Any) -> Any:
            if options.get("dir_fd") is not None:
                return original(path, *args, **options)
            path = self.here(path, follow=False)
            place = self.ours(path)
            if place is None:
                return original(path, *args, **options)
            if self.is_there(place) or self.is_hidden(place):
                original(place, *args, **options)  # or fails as it should
            elif original.__name__ == "rmdir" and self.is_dir(path):
                if self.names(path):
                    raise OSError(errno.ENOTEMPTY, "Directory not empty", os.fsdecode(path))
            elif self.is_dir(path) or not os.path.lexists(path):
                original(self.writing(path, follow=False), *args, **options)  # fails as it should
            self.gone.add(place)
            return None

        return removed

    def removing_tree(self, original: Callable) -> Callable:
        """`shutil.rmtree`, by paths: what goes by open folders is not seen."""

        def removed(path: Any, *args: Any, **options: Any) -> Any:
            if options.get("dir_fd") is not None:
                return original(path, *args, **options)
            path = self.here(path, follow=False)
            place = self.ours(path)
            if place is None or not self.is_dir(path):
                return original(path, *args, **options)
            if self.is_there(place):
                original(place, *args, **options)
            self.gone.add(place)
            return None

        return removed

    def moving(self, original: Callable) -> Callable:
        """A function of two paths: what moves does so within the store, and a link is made there to what it is given."""

        def moved(source: Any, target: Any, *args: Any, **options: Any) -> None:
            if original.__name__ == "symlink":
                return original(source, self.writing(target, follow=False), *args, **options)
            here, there = self.carried(source), self.writing(target, follow=False)
            result = original(self.here(source, follow=False) if here is None else here, there, *args, **options)
            if here is not None and original.__name__ != "link":
                self.gone.add(here)
            return result

        return moved

    def opening(self, original: Callable) -> Callable:
        """A function like `open`, whose mode says whether it writes."""

        def opened(file: Any, mode: str = "r", *args: Any, **options: Any) -> Any:
            return original(self.writing(file) if set(mode) & set("wax+") else self.reading(file), mode, *args, **options)

        return opened

    def opening_low(self, original: Callable) -> Callable:
        """A function like `os.open`, whose flags say whether it writes."""

        def opened(path: Any, flags: int, *args: Any, **options: Any) -> int:
            if options.get("dir_fd") is not None:
                return original(path, flags, *args, **options)
            return original(self.writing(path) if flags & WRITING else self.reading(path), flags, *args, **options)

        return opened

    def put(self, module: Any, name: str, position: int) -> None:
        """Redirect the path a function writes to, at this position among its arguments."""
        original = getattr(module, name)

        @functools.wraps(original)
        def redirected(*args: Any, **options: Any) -> Any:
            args = tuple(self.writing(a) if i == position and is_path(a) else a for i, a in enumerate(args))
            return original(*args, **{k: self.writing(v) if k in ("filename", "f") and is_path(v) else v for k, v in options.items()})

        setattr(module, name, redirected)

    def written(self) -> Iterator[Path]:
        """The files that were written so far outside of copied folders, where the script believes them to be."""
        return (Path(folder[len(self.files) :] or os.sep, name) for folder, _, names in os.walk(self.files) for name in names)


def is_path(argument: Any) -> bool:
    """Whether it names a file, and is not one that is open."""
    return isinstance(argument, str | os.PathLike)
