"""Every folder of the file system as it is, and what this process writes kept apart: Linux's overlays in a mount namespace of its own.

Processes that this one starts write there too. What is written lives in memory and is gone when the last of them ends. What cannot be
covered by an overlay can only be read.
"""

import os
from collections.abc import Iterable
from pathlib import Path

from probes.safety.foreign_folders import Foreign, foreign_in
from probes.safety.system_calls import (
    BIND,
    NEW_MOUNTS,
    NEW_USER,
    PRIVATE,
    RECURSIVE,
    check,
    give_up_powers,
    libc,
    mount,
    need_one_thread,
    only_read,
)

# of no overlay: the kernel's, what sockets and programs lie in; all that can be written there by its owner can only be read
SYSTEM = {"/proc", "/sys", "/dev", "/run", "/boot", "/etc", "/bin", "/sbin", "/lib", "/lib32", "/lib64"}
OF_KERNEL = {"proc", "sysfs", "devtmpfs", "devpts", "cgroup", "cgroup2", "mqueue", "securityfs", "debugfs", "tracefs", "bpf", "fusectl"}
SHARED = "/dev/shm"
ANSWERING = ("/proc", "/sys")  # written to ask the kernel for something, no files of anybody's


class Overlay:
    """The folders that take what is written; open as long as this process."""

    def __init__(self, uppers: dict[str, int]):
        self.uppers, self.folder = uppers, Path.cwd()

    def place(self, path: Path) -> Path:
        """Where a file of the user's is for this process: where it is."""
        return path

    def written(self) -> list[Path]:
        """The files that were written so far, where the process believes them to be."""
        return sorted(
            Path(place, Path(folder, name).relative_to(f"/proc/self/fd/{descriptor}"))
            for place, descriptor in self.uppers.items()
            for folder, _, names in os.walk(f"/proc/self/fd/{descriptor}/")
            for name in names
            if os.path.isfile(os.path.join(folder, name))  # what was removed is there as a device
        )


def enter_overlay(needed: Iterable[Path]) -> Overlay:
    """From now on this process, which must have a single thread, writes apart; what is `needed` must be writable then.

    Raises
    ------
    OSError
        The system does not have it, or does not allow it; then nothing has been changed for anybody.
    """
    if not hasattr(os, "getuid") or not Path("/proc/self/mountinfo").exists():
        raise OSError("there are no mount namespaces here")
    need_one_thread()
    here, needed = os.getcwd(), [Path(it).resolve() for it in needed]
    try:
        check(libc().unshare(NEW_MOUNTS))
        foreign: dict[str, Foreign] = {}
    except OSError:
        places = folders()
        foreign = {place: foreign_in(place, inside(place, needed, places)) for place in places if os.path.isdir(place)}
        enter_as_user()
    mount("none", "/", None, RECURSIVE | PRIVATE)
    opened = {place: os.open(place, os.O_PATH) for place in folders()}
    only_read(but=ANSWERING)
    below = next((it for it in ("/tmp", *opened) if it in opened and os.path.isdir(it)), None)
    if below is None:
        raise OSError("there is no folder to cover")
    mount("tmpfs", below, "tmpfs")  # this folder's own overlay is laid over it
    store = os.open(below, os.O_PATH)
    uppers = {}
    for number, (place, lower) in enumerate(opened.items()):
        if not os.path.isdir(f"/proc/self/fd/{lower}/"):
            mount(f"/proc/self/fd/{lower}", place, None, BIND)  # only to be read, as what it is taken from
        elif (upper := covered(place, lower, f"/proc/self/fd/{store}/{number}", foreign.get(place))) is not None:
            uppers[place] = upper
        elif place == below or any(path.is_relative_to(place) for path in needed):
            raise OSError(f"{place} cannot be covered")
        os.close(lower)  # it leads past the overlay
    os.close(store)
    os.chdir(here)  # through the overlays
    give_up_powers()
    return Overlay(uppers)


def inside(place: str, needed: list[Path], places: Iterable[str]) -> list[Path]:
    """Those of the folders needed that lie in this place and in none mounted further down, whole paths."""
    deepest = {path: max((it for it in places if path.is_relative_to(it)), key=len, default=None) for path in needed}
    return [path for path, its in deepest.items() if its == place]


def covered(place: str, lower: int, store: str, foreign: Foreign | None) -> int | None:
    """Lay an overlay over this folder; a descriptor of what takes the writes, None where the system does not allow one here.

    In a user namespace a folder cannot be covered that others have mounted something in, and what belongs to others cannot be copied with
    its owner: `foreign` is what is copied beforehand, without its owner; None where this is root's own namespace.
    """
    upper, work, real = f"{store}/upper", f"{store}/work", f"/proc/self/fd/{lower}"
    os.makedirs(upper)
    os.makedirs(work)
    os.chmod(upper, os.stat(real).st_mode & 0o7777)
    if foreign is not None:
        foreign.make(real, upper)
    layers = f"lowerdir={real},upperdir={upper},workdir={work}"
    for options in (",userxattr", "") if foreign is not None else (",redirect_dir=on", ""):
        try:
            mount("overlay", place, "overlay", 0, layers + options)
        except OSError:
            continue
        return os.open(upper, os.O_RDONLY)
    return None


def enter_as_user() -> None:
    """Enter a mount namespace in a user namespace, in which this user, who may map no more than itself, has the right to mount."""
    user, group = os.geteuid(), os.getegid()
    check(libc().unshare(NEW_USER | NEW_MOUNTS))
    Path("/proc/self/setgroups").write_text("deny")
    Path("/proc/self/uid_map").write_text(f"{user} {user} 1")
    Path("/proc/self/gid_map").write_text(f"{group} {group} 1")


def folders() -> list[str]:
    """Every folder at the top that is not the system's, and everything mounted below them, parents first."""
    lines = Path("/proc/self/mountinfo").read_text().splitlines()
    mounted = {fields[4]: line.split(" - ")[1].split()[0] for line in lines for fields in [line.split()]}
    top = {f"/{name}" for name in os.listdir("/") if os.path.isdir(f"/{name}") and not os.path.islink(f"/{name}")}
    below = {place for place, kind in mounted.items() if place != "/" and kind not in OF_KERNEL and "\\" not in place}
    writable = {place for place in top | below if "/" + place.split("/")[1] not in SYSTEM} | ({SHARED} & below)
    return sorted(place for place in writable if os.access(place, os.R_OK))
