"""Calls of the system that Python has no words for, made through the C library; each raises OSError where it is refused."""

import contextlib
import ctypes
import errno
import os
import platform
from pathlib import Path

BIND, REMOUNT, READ_ONLY, RECURSIVE, PRIVATE = 1 << 12, 1 << 5, 1, 1 << 14, 1 << 18
NEW_USER, NEW_MOUNTS = 0x10000000, 0x20000
NO_NEW_RIGHTS = 38  # prctl's PR_SET_NO_NEW_PRIVS
NO_MORE_OF, CAPABILITIES = 24, 0x20080522  # prctl's PR_CAPBSET_DROP; the version of capset(2) that has 64 of them
POWERS = (19, 21)  # CAP_SYS_PTRACE, by which root reaches the files of a process outside, and CAP_SYS_ADMIN, by which it unmounts
MOUNT_SETATTR = 442  # new calls have one number on every machine
HERE, WHOLE_TREE = -100, 0x8000
FLAGS = {"nosuid": 2, "nodev": 4, "noexec": 8, "noatime": 1 << 10, "nodiratime": 1 << 11, "relatime": 1 << 21}  # not to be lost


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


def only_read(but: tuple[str, ...]) -> None:
    """Let all that is mounted be only read by this process's mount namespace, but for what lies in these places."""
    try:
        set_attributes("/", Attributes(READ_ONLY, 0))
        for place in but:
            set_attributes(place, Attributes(0, READ_ONLY))
    except OSError as error:
        if error.errno != errno.ENOSYS:
            raise
        only_read_each(but)


def set_attributes(place: str, wanted: Attributes) -> None:
    """mount_setattr(2), for everything mounted at and below this place."""
    call(MOUNT_SETATTR, HERE, os.fsencode(place), WHOLE_TREE, ctypes.byref(wanted), ctypes.sizeof(wanted))


def only_read_each(but: tuple[str, ...]) -> None:
    """The same, a mount at a time, on a Linux before 5.12; one that another hides cannot be reached, by nobody."""
    for line in Path("/proc/self/mountinfo").read_text().splitlines():
        place, options = line.split()[4:6]
        if "\\" not in place and not any(Path(place).is_relative_to(it) for it in but):
            kept = sum(FLAGS.get(it, 0) for it in options.split(","))
            with contextlib.suppress(OSError):
                mount("none", place, None, REMOUNT | BIND | READ_ONLY | kept)


def give_up_rights() -> None:
    """No program that is started may gain rights from now on: the price of keeping oneself from something without being root."""
    check(libc().prctl(NO_NEW_RIGHTS, 1, 0, 0, 0))


def give_up_powers() -> None:
    """Root too leaves its mounts as they are from now on, and so do all programs that it starts; a container's root seldom may do more.

    Raises
    ------
    OSError
        The system does not allow it.
    """
    header, held = (ctypes.c_uint32 * 2)(CAPABILITIES, 0), (ctypes.c_uint32 * 6)()
    check(libc().capget(header, held))
    for power in POWERS:
        libc().prctl(NO_MORE_OF, power, 0, 0, 0)  # refused to those who have none to give to programs
        for kind in range(3):  # effective, permitted, inheritable: the first 32 of each, then the others
            held[kind] &= ~(1 << power)
    check(libc().capset(header, held))


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
