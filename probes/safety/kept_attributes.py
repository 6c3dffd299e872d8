"""Modes, owners, times and extended attributes of files stay as they are: a filter of system calls, for this process and all it starts.

A call that would change them succeeds without doing anything, for files of the process's own too: a filter sees no names, and what a script
writes while it is probed is thrown away.
"""

import ctypes
import errno
import struct
from collections.abc import Mapping

from probes.safety.system_calls import check, libc, machine

SET_FILTER, BY_PROGRAM = 22, 2  # prctl's PR_SET_SECCOMP
LOAD, EQUAL, RETURN = 0x20, 0x15, 0x06  # instructions
ALLOW, ANSWER = 0x7FFF0000, 0x00050000
NUMBER, KIND = 0, 4  # where a call's number and the kind of machine it was made for stand
NEWER = (452, 463, 466)  # fchmodat2, setxattrat, removexattrat; one number on every machine
# chmod, fchmod, chown, fchown, lchown, utime, setxattr … fremovexattr, utimes, fchownat, futimesat, fchmodat, utimensat
CALLS = {
    "x86_64": (0xC000003E, (90, 91, 92, 93, 94, 132, 188, 189, 190, 197, 198, 199, 235, 260, 261, 268, 280), 76),
    "aarch64": (0xC00000B7, (5, 6, 7, 14, 15, 16, 52, 53, 54, 55, 88), 45),
}


class Program(ctypes.Structure):
    """The filter's instructions, as the kernel takes them."""

    _fields_ = [("length", ctypes.c_ushort), ("instructions", ctypes.c_char_p)]


def instruction(code: int, value: int, then: int = 0, otherwise: int = 0) -> bytes:
    """One instruction: what to do, how many instructions to skip where it holds and where it does not, and with what value."""
    return struct.pack("HBBI", code, then, otherwise, value)


def program(kind: int, answers: Mapping[int, int]) -> bytes:
    """Allow all but the calls of these numbers, each of which is answered so."""
    checks = [instruction(EQUAL, number, 0, 1) + instruction(RETURN, answer) for number, answer in answers.items()]
    foreign = instruction(LOAD, KIND) + instruction(EQUAL, kind, 1, 0) + instruction(RETURN, ALLOW)
    return foreign + instruction(LOAD, NUMBER) + b"".join(checks) + instruction(RETURN, ALLOW)


def keep_calls(answers: Mapping[int, int]) -> None:
    """From now on the system's calls of these numbers do nothing, and are answered so.

    Raises
    ------
    OSError
        The system does not allow it, or this kind of machine is not known.
    """
    if machine() not in CALLS:
        raise OSError(f"the numbers of system calls on {machine()} are not known here")
    code = program(CALLS[machine()][0], answers)
    filter = Program(len(code) // 8, code)
    check(libc().prctl(SET_FILTER, BY_PROGRAM, ctypes.byref(filter), 0, 0))


def keep_attributes(*, also_length: bool) -> None:
    """From now on no file's attributes change; `also_length` refuses truncate(2) too, where nothing else does.

    Raises
    ------
    OSError
        The system does not allow it, or this kind of machine is not known.
    """
    _, calls, truncate = CALLS.get(machine(), (0, (), 0))
    refused = {truncate: ANSWER | errno.EPERM} if also_length else {}
    keep_calls(dict.fromkeys((*calls, *NEWER), ANSWER) | refused)
