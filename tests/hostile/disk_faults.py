"""A disk that fails under the reader: errors, files that vanish, files that grow while they are read."""

import errno
import io
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

KINDS = ("EIO", "EACCES", "ESTALE", "ENOMEM", "vanishes", "grows", "shrinks", "is a folder")


def any_fault(random: np.random.Generator) -> dict[str, Any]:
    """A fault of some kind, at one of the first reads, openings or looks at a file."""
    return {"kind": str(random.choice(KINDS)), "at": int(random.integers(0, 25)), "reads": bool(random.random() < 0.5)}


class Faulty(io.FileIO):
    """A file of a disk on which something happens at one of the reads."""

    def __init__(self, name: str, disk: "Disk") -> None:
        super().__init__(name, "rb")
        self.disk, self.place = disk, name

    def readinto(self, buffer):
        self.disk.touched(self.place)
        return super().readinto(buffer)

    def readall(self):
        self.disk.touched(self.place)
        return super().readall()


class Disk:
    """What is left to happen."""

    def __init__(self, kind: str, at: int) -> None:
        self.kind, self.left = kind, at

    def touched(self, name: str) -> None:
        """Let it happen if it is time; errors stay."""
        self.left -= 1
        if self.left >= 0:
            return
        if self.kind.startswith("E"):
            number = getattr(errno, self.kind)
            raise OSError(number, os.strerror(number), name)
        if self.left < -1:
            return
        if self.kind in ("vanishes", "is a folder") and os.path.isfile(name):
            os.unlink(name)
            if self.kind == "is a folder":
                os.mkdir(name)
        elif self.kind == "grows" and os.path.isfile(name):
            with open(name, "ab", buffering=0) as file:
                file.write(Path(name).read_bytes()[:2000])
        elif self.kind == "shrinks" and os.path.isfile(name):
            os.truncate(name, os.path.getsize(name) // 2)


@contextmanager
def disk(folder: str, fault: dict[str, Any] | None) -> Iterator[None]:
    """Reading inside is done from a disk with this fault, what lies in the folder only."""
    if fault is None:
        yield
        return
    broken, opened, looked = Disk(fault["kind"], fault["at"]), io.open, os.stat

    def opens(file, mode="r", *more, **options):
        if not str(file).startswith(folder) or mode != "rb":
            return opened(file, mode, *more, **options)
        if not fault["reads"]:
            broken.touched(str(file))
        return io.BufferedReader(Faulty(str(file), broken)) if fault["reads"] else opened(file, mode, *more, **options)

    def stats(path, *more, **options):
        if not fault["reads"] and isinstance(path, str | os.PathLike) and str(path).startswith(folder):
            broken.touched(str(path))
        return looked(path, *more, **options)

    io.open, os.stat = opens, stats
    try:
        yield
    finally:
        io.open, os.stat = opened, looked
