"""Where a path leads while writes are redirected: to a copied folder, to the folder that takes what is written, or to the user's file."""

import os
import shutil
import stat
from pathlib import Path
from typing import Any

UNTOUCHED = ("/dev/", "/proc/", "/sys/")
SHARED = "/dev/shm/"  # but this: data may lie in it


def within(path: str, folder: str) -> bool:
    """Whether a whole path is this folder's, or lies in it."""
    return path == folder or path.startswith(folder.rstrip(os.sep) + os.sep)


class RedirectedPaths:
    """A folder that takes what is written, at the same paths below `files`; below `copies` lie folders that were copied whole.

    What lies in a copied folder is left to the system, links out of it excepted. Of all else a file that is written is copied first, and
    one that is removed is only noted to be gone. The functions used are those of the system, whatever stands in their place later.
    """

    def __init__(self, store: Path, copied: tuple[Path, ...] = ()):
        self.root = os.path.realpath(store)
        self.files, self.copies, self.copied = self.root + "/files", self.root + "/copies", [str(it) for it in copied]
        self.gone: set[str] = set()  # places in `files` where what the user has is not to be seen, nor what lies below
        self.real = {name: getattr(os, name) for name in ("stat", "lstat", "mkdir", "listdir", "scandir", "readlink")} | {"open": open}

    def here(self, path: Any, *, follow: bool = True) -> Any:
        """The path as the system is to be given it: one in a copied folder is that of the copy; `follow` follows a link at its end."""
        if isinstance(path, int) or not path:
            return path
        whole = os.path.abspath(os.fsdecode(path))
        if within(whole, self.copies):
            whole = whole[len(self.copies) :] or os.sep
        elif not any(within(whole, folder) for folder in self.copied):
            return path
        for _ in range(8):  # links from a copied folder to another
            if not any(within(whole, folder) for folder in self.copied):
                return whole
            there = self.copies + whole
            led = self.followed(there, follow)
            if led == there or any(within(led, self.copies + folder) for folder in self.copied):
                return led
            whole = led[len(self.copies) :] if within(led, self.copies) else led
        return whole

    def followed(self, path: str, last: bool) -> str:
        """The path without links in it, but for one at its end where `last` is not asked for."""
        for _ in range(40):  # as many as the system follows
            names = path.split(os.sep)
            for i in range(2, len(names) + (1 if last else 0)):
                try:
                    to = self.real["readlink"](os.sep.join(names[:i]))
                except OSError:
                    continue
                path = os.path.normpath(os.path.join(os.sep.join(names[: i - 1]) or os.sep, to, *names[i:]))
                break
            else:
                return path
        return path

    def ours(self, path: Any) -> str | None:
        """The place in `files` of a path that `here` gave; None where it is to be left as it is."""
        if isinstance(path, int) or not path:
            return None
        whole = os.path.abspath(os.fsdecode(path))
        if within(whole, self.root) or (whole.startswith(UNTOUCHED) and not whole.startswith(SHARED)):
            return None
        return self.files + os.sep + os.path.splitdrive(whole)[1].lstrip(os.sep)

    def is_hidden(self, place: str) -> bool:
        """Whether what the user has there was removed, or lies in what was."""
        while len(place) > len(self.files):
            if place in self.gone:
                return True
            place = os.path.dirname(place)
        return False

    def reading(self, path: Any, *, follow: bool = True) -> Any:
        """The path to read from: ours where something was written or removed there, else the user's."""
        path = self.here(path, follow=follow)
        place = self.ours(path)
        return place if place is not None and (self.is_there(place) or self.is_hidden(place)) else path

    def writing(self, path: Any, *, follow: bool = True) -> Any:
        """The path to write to; a file of the user's that is there is copied to it first."""
        path = self.here(path, follow=follow)
        place = self.ours(path)
        if place is None:
            return path
        above = os.path.dirname(place)
        if self.is_there(above) or self.is_dir(os.path.dirname(os.path.abspath(os.fsdecode(path)))):
            self.folder(above)
        if not self.is_there(place) and not self.is_hidden(place) and self.is_kind(path, stat.S_ISREG):
            with self.real["open"](path, "rb") as source, self.real["open"](place, "wb") as target:
                shutil.copyfileobj(source, target)
        return place

    def folder(self, place: str) -> None:
        """Make a folder in the store, with those above it."""
        if not self.is_there(place):
            self.folder(os.path.dirname(place))
            self.real["mkdir"](place)

    def carried(self, path: Any) -> str | None:
        """The place to which the user's file or folder was copied, all that the script would find in it; None where it is not ours."""
        path = self.here(path, follow=False)
        place = self.ours(path)
        if place is None or not self.is_dir(path):
            return self.writing(path, follow=False) if place is not None else None
        self.folder(place)
        for name in self.names(path):
            self.carried(os.path.join(os.fsdecode(path), name))
        return place

    def is_there(self, place: str) -> bool:
        """Whether the store has something at this place, be it a link that leads nowhere."""
        try:
            return bool(self.real["lstat"](place))
        except OSError:
            return False

    def is_kind(self, path: Any, kind: Any) -> bool:
        """Whether the path leads to something of this kind."""
        try:
            return kind(self.real["stat"](path).st_mode)
        except OSError:
            return False

    def is_dir(self, path: Any) -> bool:
        """Whether the script would find a folder there."""
        return self.is_kind(self.reading(path), stat.S_ISDIR)

    def names(self, path: Any) -> list[str]:
        """The names in a folder as the script would find them; OSError where it would find none such."""
        path = self.here(path)
        place = self.ours(path)
        if place is None or not self.is_there(place):
            found = self.real["listdir"](self.reading(path))
        else:
            found = set(self.real["listdir"](place))
            if not self.is_hidden(place) and self.is_kind(path, stat.S_ISDIR):
                found |= set(self.real["listdir"](path))
        return sorted(it for it in found if place is None or self.is_there(f"{place}/{it}") or not self.is_hidden(f"{place}/{it}"))


class Entries:
    """What `os.scandir` gives: entries that can be gone through, and closed."""

    def __init__(self, paths: RedirectedPaths, folder: Any, names: list[str]):
        places = {os.path.dirname(paths.reading(os.path.join(os.fsdecode(folder), name), follow=False)) for name in names}
        found = {it.name: it for place in sorted(places, key=lambda it: it.startswith(paths.files)) for it in self.all_of(paths, place)}
        self.entries = iter([found[name] for name in names if name in found])

    @staticmethod
    def all_of(paths: RedirectedPaths, place: str) -> list[os.DirEntry]:
        """Every entry the system has there."""
        with paths.real["scandir"](place) as entries:
            return list(entries)

    def __iter__(self) -> "Entries":
        return self

    def __next__(self) -> os.DirEntry:
        return next(self.entries)

    def __enter__(self) -> "Entries":
        return self

    def __exit__(self, *_: Any) -> None:
        self.close()

    def close(self) -> None:
        """Forget the rest."""
        self.entries = iter(())
