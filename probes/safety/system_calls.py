"""Calls of the system that Python has no words for, made through the C library; each raises OSError where it is refused."""

import ctypes
import os
import platform
from pathlib import Path

BIND, REMOUNT, READ_ONLY, RECURSIVE, PRIVATE = 1 << 12, 1 << 5, 1, 1 << 14, 1 << 18
NEW_USER, NEW_MOUNTS = 0x10000000, 0x20000
NO_NEW_RIGHTS = 38  # prctl's PR_SET_NO_NEW_PRIVS
MOUNT_SETATTR = 442  # new calls have one number on every machine
HERE, WHOLE_TREE = -100, 0x8000


class Attributes(ctypes.Structure):
    """What mount_setattr(2) sets and clears."""

    _fields_ = [(name, ctypes.c_uint64) for name in ("set", "clear", "propagation", "namespace")]


def libc() -> ctypes.CDLL:
    """The C library, its errno kept for `check`."""
    return ctypes.CDLL(None, use_errno=True)


def check(result: int) -> int:
    """The result of a function of the C library, raised as the OSError that errno tells of where it is negative."""
    if result < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return result


def call(number: int, *arguments: object) -> int:
    """The system call of this number; integers are passed in full."""
    return check(libc().syscall(ctypes.c_long(number), *(ctypes.c_long(it) if isinstance(it, int) else it for it in arguments)))


def mount(source: str, target: str, kind: str | None, flags: int = 0, options: str = "") -> None:
    """mount(2): `source` at `target`, of this kind of file system, for this process's mount namespace."""
    check(
        libc().mount(os.fsencode(source), os.fsencode(target), kind.encode() if kind else None, ctypes.c_ulong(flags), os.fsencode(options))
    )


def set_writable(place: str, *, writable: bool) -> None:
    """Let everything mounted at and below this place be written, or only read, by this process's mount namespace."""
    wanted = Attributes(0, READ_ONLY) if writable else Attributes(READ_ONLY, 0)
    call(MOUNT_SETATTR, HERE, os.fsencode(place), WHOLE_TREE, ctypes.byref(wanted), ctypes.sizeof(wanted))


def give_up_rights() -> None:
    """No program that is started may gain rights from now on: the price of keeping oneself from something without being root."""
    check(libc().prctl(NO_NEW_RIGHTS, 1, 0, 0, 0))


def need_one_thread() -> None:
    """Complain where there is a second thread, which would not be held by what this one enters.

    Raises
    ------
    OSError
        There is one.
    """
    tasks = Path("/proc/self/task")
    if tasks.is_dir() and len(os.listdir(tasks)) > 1:
        raise OSError("there is a second thread already")


def machine() -> str:
    """The kind of processor, which some numbers of the system depend on."""
    return platform.machine()
