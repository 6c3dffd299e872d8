"""What a script writes goes to a folder of ours where the system has no overlays: functions that open, rename and remove are replaced.

A file is looked for in that folder first, so the script finds again what it wrote. Seen are Python's own functions, torch.save, safetensors
and sqlite3; not seen are libraries that open files themselves in C, and other programs a script starts.
"""

import builtins
import functools
import io
import os
import shutil
import sqlite3
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from probes.hooks.after_import import after_import

UNTOUCHED = ("/dev/", "/proc/", "/sys/")
WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND


class Redirected:
    """The folder that takes what is written."""

    def __init__(self, store: Path):
        self.store, self.gone, self.real = str(store.absolute()), set(), {}  # type: ignore[var-annotated]

    def start(self) -> "Redirected":
        """Replace the functions, for as long as this process lives."""
        for name in ("stat", "lstat", "exists", "lexists", "isfile", "isdir", "mkdir", "remove", "replace", "listdir", "scandir", "access"):
            self.real[name] = getattr(os, name, None) or getattr(os.path, name)
        self.real["open"] = io.open
        for module, name, takes, replacement in self.replacements():
            setattr(module, name, functools.wraps(getattr(module, name))(takes(getattr(module, name), replacement)))
        after_import("torch", self.with_torch)
        after_import("safetensors.torch", lambda: self.put(sys.modules["safetensors.torch"], "save_file", 1))
        return self

    def replacements(self):
        """For each function its module, its name, what makes its replacement, and what that chooses the path by."""
        reads = [(os, n) for n in ("stat", "lstat", "listdir", "scandir", "access", "readlink")]
        reads += [(os, n) for n in ("listxattr", "getxattr") if hasattr(os, n)]  # shutil.copy2 does
        reads += [(os.path, n) for n in ("exists", "isfile", "isdir") if hasattr(os.path, n)]
        writes = [(os, n) for n in ("mkdir", "truncate", "chmod", "utime", "setxattr") if hasattr(os, n)] + [(sqlite3, "connect")]
        removes = [(os, n) for n in ("remove", "unlink", "rmdir")] + [(shutil, "rmtree")]
        yield from ((module, name, self.first, self.reading) for module, name in reads)
        yield from ((module, name, self.first, self.writing) for module, name in writes)
        yield from ((module, name, self.removing, None) for module, name in removes)
        yield from ((os, name, self.moving, None) for name in ("rename", "replace", "link", "symlink"))
        yield from ((module, "open", self.opening, None) for module in (builtins, io))
        yield os, "open", self.opening_low, None

    # ── where a path leads ─────────────────────────────────────────────────────────────────────────────────────────────

    def ours(self, path: Any) -> str | None:
        """The path's place in the store; None where it is to be left as it is."""
        if isinstance(path, int) or path is None:
            return None
        whole = os.path.abspath(os.fsdecode(path))
        inside = whole == self.store or whole.startswith((self.store + os.sep, *UNTOUCHED))
        return None if inside else self.store + os.sep + os.path.splitdrive(whole)[1].lstrip(os.sep)

    def reading(self, path: Any) -> Any:
        """The place to read from: in the store where something was written or removed there, else the path itself."""
        place = self.ours(path)
        return place if place is not None and (self.is_there(place) or place in self.gone) else path

    def writing(self, path: Any) -> Any:
        """The place to write to; a file that is there is copied to it first."""
        place = self.ours(path)
        if place is None:
            return path
        self.folder(os.path.dirname(place))
        if not self.is_there(place) and place not in self.gone and self.is_file(path):
            with self.real["open"](path, "rb") as source, self.real["open"](place, "wb") as target:
                shutil.copyfileobj(source, target)
        self.gone.discard(place)
        return place

    def folder(self, place: str) -> None:
        """Make a folder in the store, with those above it."""
        if not self.is_there(place):
            self.folder(os.path.dirname(place))
            self.real["mkdir"](place)

    def is_there(self, place: str) -> bool:
        """Whether the store has something at this place, be it a link that leads nowhere."""
        try:
            return bool(self.real["lstat"](place))
        except OSError:
            return False

    def is_file(self, path: Any) -> bool:
        """Whether the path leads to a regular file outside the store."""
        import stat

        try:
            return stat.S_ISREG(self.real["stat"](path).st_mode)
        except OSError:
            return False

    # ── the functions ──────────────────────────────────────────────────────────────────────────────────────────────────

    def first(self, original: Callable, choose: Callable) -> Callable:
        """A function whose first argument is a path."""

        def redirected(path=".", *args, **options):
            if options.get("dir_fd") is not None:
                return original(path, *args, **options)
            if original.__name__ == "mkdir" and self.is_dir(path):
                raise FileExistsError(17, "File exists", os.fsdecode(path))
            if original.__name__ == "listdir":
                return sorted(self.merged(path))
            return original(choose(path), *args, **options)

        return redirected

    def is_dir(self, path: Any) -> bool:
        """Whether the script would find a folder there."""
        return os.path.isdir(self.reading(path))

    def merged(self, path: Any) -> set[str]:
        """The names in a folder as the script would find them; OSError where it would find none such."""
        place, found, failed = self.ours(path), set(), None
        for where in [path] if place is None else [path, place]:
            try:
                found |= set(self.real["listdir"](where))
            except OSError as error:
                failed = failed or error
        if not found and failed is not None and not (place and self.is_there(place)):
            raise failed
        return {name for name in found if place is None or f"{place}{os.sep}{name}" not in self.gone}

    def removing(self, original: Callable, _: Any) -> Callable:
        """A function that removes: in the store for real, while what is the user's is only marked as gone."""

        def removed(path, *args, **options):
            place = self.ours(path)
            if place is None or options.get("dir_fd") is not None:
                return original(path, *args, **options)
            if not os.path.lexists(self.reading(path)):
                return original(self.writing(path), *args, **options)  # fails as it should
            if self.is_there(place):
                original(place, *args, **options)
            self.gone.add(place)
            return None

        return removed

    def moving(self, original: Callable, _: Any) -> Callable:
        """A function of two paths: what moves does so within the store, and a link is made there to what it is given."""

        def moved(source, target, *args, **options):
            here, there = self.ours(source), self.writing(target)
            if here is None or original.__name__ in ("link", "symlink"):
                return original(source, there, *args, **options)
            result = original(self.writing(source), there, *args, **options)
            self.gone.add(here)
            return result

        return moved

    def opening(self, original: Callable, _: Any) -> Callable:
        """A function like `open`, whose mode says whether it writes."""

        def opened(file, mode="r", *args, **options):
            return original(self.writing(file) if set(mode) & set("wax+") else self.reading(file), mode, *args, **options)

        return opened

    def opening_low(self, original: Callable, _: Any) -> Callable:
        """A function like `os.open`, whose flags say whether it writes."""

        def opened(path, flags, *args, **options):
            if options.get("dir_fd") is not None:
                return original(path, flags, *args, **options)
            return original(self.writing(path) if flags & WRITING else self.reading(path), flags, *args, **options)

        return opened

    def put(self, module: Any, name: str, position: int) -> None:
        """Redirect the path a function writes to, at this position among its arguments."""
        original = getattr(module, name)

        @functools.wraps(original)
        def redirected(*args, **options):
            args = tuple(self.writing(a) if i == position and isinstance(a, str | os.PathLike) else a for i, a in enumerate(args))
            return original(*args, **{k: self.writing(v) if k in ("filename", "f") else v for k, v in options.items()})

        setattr(module, name, redirected)

    def with_torch(self) -> None:
        """Redirect `torch.save`, once torch has been imported."""
        self.put(sys.modules["torch"], "save", 1)

    def written(self) -> list[Path]:
        """The files that were written so far, where the script believes them to be."""
        return sorted(Path(folder.removeprefix(self.store) or os.sep, name) for folder, _, names in os.walk(self.store) for name in names)
