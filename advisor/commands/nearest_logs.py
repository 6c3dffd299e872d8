"""Which folder is meant where none is named: the nearest with logs in it, under the names training scripts give to such folders."""

from collections.abc import Iterator
from pathlib import Path

from advisor.errors import AdvisorError
from advisor.reading.folders.walk import walk
from advisor.reading.formats import is_log

PLACES = ("runs", "lightning_logs", "logs", "tb_logs", "wandb", "mlruns", "outputs", "output")
DEEP = 3  # folders below the current one


def nearest(here: Path) -> Path:
    """`here` itself where it is such a folder or holds logs, else the nearest below it.

    Raises
    ------
    AdvisorError
        There is none.
    """
    if any(map(is_log, entries(here))) or (here.resolve().name in PLACES and holds_logs(here)):
        return here
    found = next((place for place in places(here) if holds_logs(place)), None)
    if found is None:
        named = ", ".join(f"{place}/" for place in PLACES)
        raise AdvisorError(f"there are no training logs below {here.resolve()} (looked in {named}); name one: advisor diagnose RUN_DIR")
    return found


def places(here: Path) -> Iterator[Path]:
    """Folders of these names, the nearest first."""
    level = [here]
    for _ in range(DEEP):
        yield from (folder / place for folder in level for place in PLACES if (folder / place).is_dir())
        level = [child for folder in level for child in entries(folder) if child.is_dir() and not child.name.startswith(".")]


def entries(folder: Path) -> list[Path]:
    """What lies in the folder, in order of names; nothing where it cannot be opened."""
    try:
        return sorted(folder.iterdir())
    except OSError:
        return []


def holds_logs(folder: Path) -> bool:
    """Whether there is a log in the folder or anywhere below it."""
    return any(is_log(place / name) for place, files in walk(folder) for name in files)
