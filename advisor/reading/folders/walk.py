"""Every folder below a path, and the name of a run in it."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

KERNEL, MEMORY = ("/proc/", "/sys/", "/dev/"), "/dev/shm/"
PASSED_OVER = {".git", "__pycache__", "node_modules", "site-packages"}


def run_name(root: Path, path: Path) -> str:
    """What a run is called: its folder as seen from where the user asked."""
    return path.relative_to(root).as_posix() if path != root else path.resolve().name


def walk(root: Path, failed: Callable[[OSError], None] | None = None) -> Iterator[tuple[Path, list[str]]]:
    """Every folder and its files' names, in order of names; each folder once, whatever links lead to it."""
    if not isinstance(root, Path):
        try:
            yield from root.walk(PASSED_OVER)
        except OSError as error:
            if failed is None:
                raise
            failed(OSError(error.errno, str(error), str(root)))
        return
    seen = set()
    for place, names, files in os.walk(root, onerror=failed, followlinks=True):
        try:
            status = os.stat(place)
        except OSError:
            names.clear()
            continue
        if (status.st_dev, status.st_ino) in seen or (place != str(root) and _is_of_the_system(place)):
            names.clear()
            continue
        seen.add((status.st_dev, status.st_ino))
        names[:] = sorted((n for n in names if n not in PASSED_OVER), key=lambda n: (os.path.islink(os.path.join(place, n)), n))
        yield Path(place), [name for name in files if not _is_of_the_system(f"{place}/{name}")]


def _is_of_the_system(place: str) -> bool:
    """Whether a link led to where the kernel shows its own state as files without end, or that wait for something to say."""
    return os.path.islink(place) and (real := f"{os.path.realpath(place)}/").startswith(KERNEL) and not real.startswith(MEMORY)
