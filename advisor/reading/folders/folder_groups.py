"""The folders below a path, cut where no run can reach across: each unit can be read by itself, wherever and whenever.

Only names are looked at, and the heads of files whose names do not tell, so that a tree of thousands of folders is soon cut.
"""

import contextlib
import itertools
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from advisor.reading.folders.folder_names import CHECKPOINT, RANK, is_side_folder
from advisor.reading.folders.walk import walk
from advisor.reading.formats import format_of, is_log, is_text
from advisor.signals.tags import SPLITS

NAMED = 5

Place = tuple[Path, tuple[str, ...]]  # a folder and the names of its files


@dataclass(frozen=True, slots=True)
class FolderGroup:
    """Folders that are to be read together, parents first."""

    root: Path
    places: tuple[Place, ...]
    logged: bool = True  # by its names it holds a log, not only text that may be one
    closed: str = ""  # why the folder could not be entered
    above_others: bool = False  # it lies above several others: what failed in its texts may be any of them
    file: Path | None = None  # the only one to read, where one was asked for

    @property
    def path(self) -> Path:
        """The file that was asked for, else the folder above all others."""
        return self.file or self.places[0][0]


@dataclass
class Listing:
    """The units below a path, in order of paths, how many files there are and the names of the first few."""

    root: Path
    groups: list[FolderGroup] = field(default_factory=list)
    files: int = 0
    names: list[str] = field(default_factory=list)
    file: bool = False  # one file was asked for, and no folder


def group_folders(path: Path) -> Listing:
    """Every unit below a folder, or the one file that `path` is."""
    if not path.is_dir():
        return Listing(path, [FolderGroup(path.parent, ((path.parent, (path.name,)),), is_log(path), file=path)], file=True)
    places: dict[Path, tuple[str, ...]] = {}
    closed: list[tuple[int, OSError]] = []
    for place, names in walk(path, lambda error: closed.append((len(places), error))):
        places[place] = tuple(map(sys.intern, sorted(names)))  # most are called alike, and a survey has many
    order = {place: i for i, place in enumerate(places)}
    units: list[tuple[float, FolderGroup]] = []
    for part in _parts(places):
        whole = sorted(part.whole(), key=order.__getitem__)
        units.append(
            (order[whole[0]], FolderGroup(path, tuple((place, places[place]) for place in whole), part.logged, above_others=part.above))
        )
    for at, error in closed:
        place = Path(error.filename) if isinstance(path, Path) else path
        units.append((at - 0.5, FolderGroup(path, ((place, ()),), closed=f"could not be entered: {error.strerror or error}")))
    names = [name for names in places.values() for name in names]
    return Listing(path, [unit for _, unit in sorted(units, key=lambda pair: pair[0])], len(names), names[:NAMED])


@dataclass
class _Part:
    """Folders that belong together, the one above all others last, and whether they hold a log or only text that may be one."""

    places: list[Path]
    logged: bool = False
    printed: bool = False
    above: bool = False  # others that are not of it

    def whole(self) -> set[Path]:
        """The folders, and all that lie between them."""
        top, found = self.places[-1], set(self.places)
        for place in self.places:
            found.update(itertools.takewhile(lambda above: above != top, place.parents) if place != top else ())
        return found


def _parts(places: dict[Path, tuple[str, ...]]) -> list[_Part]:
    """The parts that hold anything; each folder is put together with what lies below it, from the deepest on."""
    below: dict[Path, list[_Part]] = {}
    homes: set[Path] = set()  # of logs
    desks: set[Path] = set()  # of texts that lie in a folder that is only an inner part of them
    parts: list[_Part] = []
    for place, names in reversed(places.items()):
        log = next((place / name for name in names if is_log(place / name)), None)
        here = _Part([place], log is not None or place in homes)
        here.printed = not here.logged and (place in desks or any(is_text(place / name) for name in names))
        if here.logged:
            homes.update(_home(place, log))
        elif here.printed and is_side_folder(place) and place.parent in places:
            here.printed = False
            desks.add(place.parent)
        parts = _together(here, below.pop(place, []))
        below.setdefault(place.parent, []).extend(parts)
    return [part for part in parts if part.logged or part.printed]


def _together(here: _Part, below: list[_Part]) -> list[_Part]:
    """A folder and the parts below it: one part, or several that have nothing to do with each other.

    What advisor/reading/joining/subfolders.py joins lies below a folder with logs or, as `_home` tells, beside another part. A folder above
    a single part is of it, since its files may tell of the run; one above several tells of none. Text counts only where there is no log
    (advisor/reading/joining/text_fallback.py).
    """
    logged = [part for part in below if part.logged]
    printed = [part for part in below if part.printed]
    inner = [part for part in below if not (part.logged or part.printed)]
    if here.logged or len(logged) == 1 or (not logged and len(printed) < 2):
        whole = _Part(
            [*(folder for part in below for folder in part.places), *here.places],
            here.logged or bool(logged),
            here.printed or bool(printed),
        )
        return [whole] if whole.logged or whole.printed or _tells(here.places[0]) else []
    apart = [part for part in below if part not in inner]
    if here.printed and not logged:
        apart.append(_Part([*(folder for part in inner for folder in part.places), *here.places], printed=True, above=True))
    return apart


def _tells(place: Path) -> bool:
    """Whether a folder without logs says something of the run above it."""
    return is_side_folder(place) or RANK.match(place.name) is not None


def _home(place: Path, log: Path | None) -> Iterator[Path]:
    """The folders above whose run this one's logs may be a part of, by its name or by their format."""
    if place.name.lower() in SPLITS or CHECKPOINT.match(place.name) or RANK.match(place.name) or is_side_folder(place):
        yield place.parent
    with contextlib.suppress(OSError):  # which is told when the log is read
        home = getattr(format_of(log), "home", None) if log else None
        if home and (above := home(log)):
            yield above


def size(unit: FolderGroup) -> int:
    """How many bytes its logs have, as far as that can be told."""
    total = 0
    for path in (place / name for place, names in unit.places for name in names):
        with contextlib.suppress(OSError):
            total += (path.stat().st_size or 0) if is_log(path) else 0
    return total
