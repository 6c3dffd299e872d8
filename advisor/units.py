"""The folders below a path, cut where no run can reach across: each unit can be read by itself, wherever and whenever.

Only names are looked at, and the heads of files whose names do not tell, so that a tree of thousands of folders is soon cut.
"""

import contextlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from advisor.folders import format_of, is_inner, walk
from advisor.git_lfs import is_pointer
from advisor.parts import CHECKPOINT, RANK, SPLITS

NAMED = 5

Place = tuple[Path, tuple[str, ...]]  # a folder and the names of its files


@dataclass(frozen=True)
class Unit:
    """Folders that are to be read together, parents first."""

    root: Path
    places: tuple[Place, ...]
    logged: bool = True  # by its names it holds a log, not only text that may be one
    closed: str = ""  # why the folder could not be entered
    file: Path | None = None  # the only one to read, where one was asked for

    @property
    def path(self) -> Path:
        return self.file or self.places[0][0]


@dataclass
class Listing:
    """The units below a path, in order of paths, how many files there are and the names of the first few."""

    root: Path
    units: list[Unit] = field(default_factory=list)
    files: int = 0
    names: list[str] = field(default_factory=list)


def listing(path: Path) -> Listing:
    """Every unit below a folder, or the one file that `path` is."""
    if not path.is_dir():
        return Listing(path, [Unit(path.parent, ((path.parent, (path.name,)),), is_log(path), file=path)])
    places: list[Place] = []
    closed: list[tuple[int, OSError]] = []
    for place, names in walk(path, lambda error: closed.append((len(places), error))):
        places.append((place, tuple(sorted(names))))
    order = {place: i for i, (place, _) in enumerate(places)}
    units: list[tuple[float, Unit]] = [(order[part.places[-1][0]], part.unit(path)) for part in _parts(places)]
    for at, error in closed:
        place = Path(error.filename) if isinstance(path, Path) else path
        units.append((at - 0.5, Unit(path, ((place, ()),), closed=f"could not be entered: {error.strerror or error}")))
    names = [name for _, names in places for name in names]
    return Listing(path, [unit for _, unit in sorted(units, key=lambda pair: pair[0])], len(names), names[:NAMED])


@dataclass
class _Part:
    """Folders that belong together, children first, and whether they hold a log or only text that may be one."""

    places: list[Place]
    logged: bool = False
    printed: bool = False

    def unit(self, root: Path) -> Unit:
        return Unit(root, tuple(reversed(self.places)), self.logged)


def _parts(places: Sequence[Place]) -> list[_Part]:
    """The parts that hold anything; each folder is put together with what lies below it, from the deepest on."""
    below: dict[Path, list[_Part]] = {}  # in reverse order
    homes: set[Path] = set()
    parts: list[_Part] = []
    for place, names in reversed(places):
        log = next((place / name for name in names if is_log(place / name)), None)
        logged = log is not None or place in homes
        homes.update(_home(place, log) if logged else ())
        here = _Part([(place, names)], logged, not logged and any(is_text(place / name) for name in names))
        parts = _together(here, below.pop(place, []))
        below.setdefault(place.parent, []).extend(parts)
    return [part for part in reversed(parts) if part.logged or part.printed]


def _together(here: _Part, below: list[_Part]) -> list[_Part]:
    """A folder and the parts below it: one part, or several that have nothing to do with each other.

    What advisor/parts.py joins lies below a folder with logs or, as `_home` tells, beside another part. A folder above a single part is of
    it, since its files may tell of the run; one above several tells of none. Text counts only where there is no log
    (advisor/last_resort.py).
    """
    logged = [part for part in below if part.logged]
    printed = [part for part in (here, *below) if part.printed]
    inner = [part for part in below if not (part.logged or part.printed)]
    if here.logged or len(logged) == 1 or (not logged and len(printed) < 2):
        whole = _Part([*(folder for part in below for folder in part.places), *here.places], here.logged or bool(logged), bool(printed))
        return [whole] if whole.logged or whole.printed or is_inner(whole.places[-1][0]) else []
    apart = [part for part in below if part not in inner]
    if here.printed and not logged:
        apart.append(_Part([*(folder for part in inner for folder in part.places), *here.places], printed=True))
    return apart


def _home(place: Path, log: Path | None) -> Iterator[Path]:
    """The folders above whose run this one's logs may be a part of, by its name or by their format."""
    if place.name.lower() in SPLITS or CHECKPOINT.match(place.name) or RANK.match(place.name):
        yield place.parent
    home = getattr(format_of(log), "home", None) if log else None
    if home and (above := home(log)):
        yield above


def is_log(path: Path) -> bool:
    """Whether a file is a log, or would be if it could be read."""
    try:
        known = format_of(path)
        return is_pointer(path) or (known is not None and not known.BESIDE)
    except OSError:
        return True


def is_text(path: Path) -> bool:
    """Whether a file is text whose curves count where nothing else was logged."""
    with contextlib.suppress(OSError):
        return getattr(format_of(path), "LAST_RESORT", False)
    return False


def size(unit: Unit) -> int:
    """How many bytes its logs have, as far as that can be told."""
    total = 0
    for path in (place / name for place, names in unit.places for name in names):
        with contextlib.suppress(OSError):
            total += (path.stat().st_size or 0) if is_log(path) else 0
    return total
