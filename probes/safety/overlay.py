"""Every folder of the file system as it is, and what this process writes kept apart: Linux's overlays in a mount namespace of its own.

Processes that this one starts write there too. What is written lives in memory and is gone when the last of them ends.
"""

import ctypes
import os
import tempfile
from pathlib import Path

NEW_USER, NEW_MOUNTS = 0x10000000, 0x20000
BIND, RECURSIVE, PRIVATE = 1 << 12, 1 << 14, 1 << 18
STORES = ("/boot", "/media", "/srv")  # hidden by what is kept in memory, for this process alone
SYSTEM = {"/proc", "/sys", "/dev", "/run", "/boot", "/etc", "/bin", "/sbin", "/lib", "/lib32", "/lib64"}
OF_KERNEL = {"proc", "sysfs", "devtmpfs", "devpts", "cgroup", "cgroup2", "mqueue", "securityfs", "debugfs", "tracefs", "bpf", "fusectl"}


class Overlay:
    """The folders that take what is written; open as long as this process."""

    def __init__(self, uppers: dict[str, int]):
        self.uppers = uppers

    def written(self) -> list[Path]:
        """The files that were written so far, where the process believes them to be."""
        return sorted(
            Path(place, Path(folder, name).relative_to(f"/proc/self/fd/{descriptor}"))
            for place, descriptor in self.uppers.items()
            for folder, _, names in os.walk(f"/proc/self/fd/{descriptor}/")
            for name in names
            if os.path.isfile(os.path.join(folder, name))  # what was removed is there as a device
        )


def enter_overlay() -> Overlay:
    """From now on this process, which must have a single thread, writes apart.

    Raises
    ------
    OSError
        The system does not have it, or does not allow it; then nothing has been changed for anybody.
    """
    if not hasattr(os, "getuid") or not Path("/proc/self/mountinfo").exists():
        raise OSError("there are no mount namespaces here")
    enter_namespace()
    mount("none", "/", None, RECURSIVE | PRIVATE)
    store = next((place for place in STORES if os.path.isdir(place)), None)
    if store is None:
        raise OSError("there is no folder to mount a store on")
    places = [place for place in folders() if place != store]
    opened = {place: os.open(place, os.O_PATH) for place in places}
    here = os.getcwd()
    mount("tmpfs", store, "tmpfs")
    uppers = {}
    for number, (place, descriptor) in enumerate(opened.items()):
        if not os.path.isdir(place):
            mount(f"/proc/self/fd/{descriptor}", place, None, BIND)
            continue
        upper, work = (f"{store}/{number}/{name}" for name in ("upper", "work"))
        os.makedirs(upper)
        os.makedirs(work)
        os.chmod(upper, os.stat(place).st_mode & 0o7777)
        uppers[place] = os.open(upper, os.O_RDONLY)
        try:
            mount("overlay", place, "overlay", 0, f"lowerdir=/proc/self/fd/{descriptor},upperdir={upper},workdir={work}")
        except OSError:
            if any(Path(needed).is_relative_to(place) for needed in (here, tempfile.gettempdir(), Path.home())):
                raise
            del uppers[place]  # in a user namespace a folder that others have mounted something in cannot be covered
    os.chdir(here)  # through the overlays
    return Overlay(uppers)


def enter_namespace() -> None:
    """A mount namespace, by right or in a user namespace in which this user has that right."""
    try:
        check(libc().unshare(NEW_MOUNTS))
    except OSError:
        user, group = os.getuid(), os.getgid()
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
    return sorted(place for place in top | below if "/" + place.split("/")[1] not in SYSTEM and os.access(place, os.R_OK))


def libc() -> ctypes.CDLL:
    """The C library, its errno kept for `check`."""
    return ctypes.CDLL(None, use_errno=True)


def check(result: int) -> None:
    """Raise the OSError that errno tells of where a function of the C library gave something else than 0."""
    if result != 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))


def mount(source: str, target: str, kind: str | None, flags: int = 0, options: str = "") -> None:
    """mount(2): `source` at `target`, of this kind of file system, for this process's mount namespace; OSError where it is refused."""
    check(libc().mount(source.encode(), target.encode(), kind.encode() if kind else None, flags, options.encode()))
