"""The folders below a path, cut where no run can reach across: each unit can be read by itself, wherever and whenever.

Only names are looked at, so that a tree of thousands of folders is soon cut.
"""

import contextlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from advisor.folders import SPLITS, walk
from advisor.formats import formats
from advisor.formats.event_file import is_pointer

NAMED = 5

Place = tuple[Path, tuple[str, ...]]  # a folder and the names of its files


@dataclass(frozen=True)
class Unit:
    """Folders that are to be read together, parents first; `file` is the only one to read where one was asked for."""

    root: Path
    places: tuple[Place, ...]
    closed: str = ""  # why the folder could not be entered
    file: Path | None = None

    @property
    def path(self) -> Path:
        return self.file or self.places[0][0]


@dataclass
class Listing:
    """The units below a path, in order of paths, and the files in folders that are in none of them."""

    root: Path
    units: list[Unit] = field(default_factory=list)
    others: int = 0
    names: list[str] = field(default_factory=list)  # of the first few

    def pass_over(self, names: tuple[str, ...]) -> None:
        self.others += len(names)
        self.names += names[: NAMED - len(self.names)]


def listing(path: Path) -> Listing:
    """Every unit below a folder, or the one file that `path` is."""
    if not path.is_dir():
        return Listing(path, [Unit(path.parent, ((path.parent, (path.name,)),), file=path)])
    listed, places = Listing(path), list[Place]()
    closed: list[tuple[int, OSError]] = []
    for place, names in walk(path, lambda e: closed.append((len(places), e))):
        places.append((place, tuple(sorted(names))))
    order = {place: i for i, (place, _) in enumerate(places)}
    units: list[tuple[float, Unit]] = [(order[part[0][0]], Unit(path, part)) for part in _parts(places, listed)]
    for at, error in closed:
        reason = f"could not be entered: {error.strerror or error}"
        units.append((at - 0.5, Unit(path, ((Path(error.filename), ()),), reason)))
    listed.units = [unit for _, unit in sorted(units, key=lambda pair: pair[0])]
    return listed


def _parts(places: list[Place], listed: Listing) -> list[tuple[Place, ...]]:
    """The folders of each unit.

    What advisor/folders.py joins lies below a folder with logs, or is a training and a validation half side by side. A folder above a
    single unit is a part of it, since its files may tell of the run; one above several tells of none.
    """
    below: dict[Path, list[list[Place]]] = {}  # folders, like all lists here, in reverse order
    spanned: set[Path] = set()
    parts: list[list[Place]] = []
    for place, names in reversed(places):
        parts = below.pop(place, [])
        whole = place in spanned or holds_log(place, names)
        if whole and place.name.lower() in SPLITS:
            spanned.add(place.parent)
        if whole or len(parts) == 1:
            parts = [[*(folder for part in parts for folder in part), (place, names)]]
        else:
            listed.pass_over(names)
        below.setdefault(place.parent, []).extend(parts)
    return [tuple(reversed(part)) for part in reversed(parts)]


def holds_log(place: Path, names: Iterable[str]) -> bool:
    """Whether one of the files is a log, or would be if it could be read."""
    return any(is_log(place / name) for name in names)


def is_log(path: Path) -> bool:
    try:
        return any(f.sniff(path) for f in formats() if not f.BESIDE) or is_pointer(path)
    except OSError:
        return True


def size(unit: Unit) -> int:
    """How many bytes its logs have, as far as that can be told."""
    paths = [place / name for place, names in unit.places for name in names]
    total = 0
    for path in filter(is_log, paths):
        with contextlib.suppress(OSError):
            total += path.stat().st_size
    return total
