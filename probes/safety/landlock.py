"""Every file as it is but those in one folder: Linux's Landlock, which holds for this process and all that it starts.

It needs no right and no namespace, only a kernel of 5.13 or later that has it switched on. Nothing may be written, made, renamed or removed
outside the folder; what would only change a file's attributes is kept off by `kept_attributes.py`, for Landlock does not see that.
"""

import ctypes
import os
import sys
from pathlib import Path

from probes.safety.kept_attributes import keep_attributes
from probes.safety.system_calls import call, give_up_rights, need_one_thread

CREATE, ADD, RESTRICT = 444, 445, 446  # one number on every machine
VERSION, BENEATH = 1, 1
WRITE_FILE, MAKING, REFER, TRUNCATE = 1 << 1, 0b1111111110000, 1 << 13, 1 << 14  # MAKING: remove and make whatever kind there is
WRITABLE = ("/dev", "/proc")  # terminals and null, what the kernel is asked by, and /dev/shm, without which there are no worker processes


class Ruleset(ctypes.Structure):
    """Which kinds of access are forbidden but for the rules' exceptions."""

    _fields_ = [("kinds", ctypes.c_uint64)]


class Beneath(ctypes.Structure):
    """An exception: these kinds of access below this folder."""

    _pack_ = 1
    _fields_ = [("kinds", ctypes.c_uint64), ("folder", ctypes.c_int32)]


def version() -> int:
    """What of it the kernel knows.

    Raises
    ------
    OSError
        It has none of it, or a container forbids to ask.
    """
    if not sys.platform.startswith("linux"):
        raise OSError("only Linux has Landlock")
    return call(CREATE, None, 0, VERSION)


def write_only_in(folder: Path) -> None:
    """From now on this process, which must have a single thread, and all it starts write in this folder and to devices only.

    Raises
    ------
    OSError
        The system does not have it, or does not allow it.
    """
    need_one_thread()
    known = version()
    kinds = WRITE_FILE | MAKING | (REFER if known >= 2 else 0) | (TRUNCATE if known >= 3 else 0)
    rules = Ruleset(kinds)
    ruleset = call(CREATE, ctypes.byref(rules), ctypes.sizeof(rules), 0)
    try:
        for place in (str(folder), *(it for it in WRITABLE if os.path.isdir(it))):
            allow(ruleset, place, kinds)
        give_up_rights()
        keep_attributes(also_length=known < 3)
        call(RESTRICT, ruleset, 0)
    finally:
        os.close(ruleset)


def allow(ruleset: int, place: str, kinds: int) -> None:
    """Except what lies in this folder."""
    descriptor = os.open(place, os.O_PATH | os.O_CLOEXEC)
    try:
        rule = Beneath(kinds, descriptor)
        call(ADD, ruleset, BENEATH, ctypes.byref(rule), 0)
    finally:
        os.close(descriptor)
