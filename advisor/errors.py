"""What went wrong, for a person."""

import errno
from collections.abc import Iterable

REFUSED = {
    getattr(errno, name, 0) for name in ("ENOSPC", "EDQUOT", "EFBIG", "EMFILE", "ENFILE", "EAGAIN", "ENOMEM", "EIO", "EROFS", "EACCES")
}


class AdvisorError(Exception):
    """One sentence that says what was wrong, where, and what to do. Commands print it and end with status 2."""


def one_line(error: Exception, most: int = 200, kind: str = "") -> str:
    """Its class, or the `kind` it goes by, and at most so many characters of what it says, on one line."""
    return f"{kind or type(error).__name__}: {' '.join(str(error).split())[:most]}"


def failure_sentence(error: Exception) -> str:
    """What went wrong, in a sentence."""
    if isinstance(error, AdvisorError):
        return str(error)
    if isinstance(error, MemoryError) or (isinstance(error, OSError) and error.errno in REFUSED):
        return f"the system did not allow it: {str(error).partition('] ')[2] or 'memory ran out'}."
    kind = f"{type(error).__name__}: {error}".rstrip(": ")
    return f"this is a fault of advisor itself ({kind}); please report it, with what --verbose prints."


def did_you_mean(name: str, names: Iterable[str]) -> str:
    """A question after the name that comes closest, empty where none does."""
    return f" Did you mean {close[0]}?" if (close := closest(name, names)) else ""


def closest(name: str, names: Iterable[str], most: int = 1) -> list[str]:
    """The names that this one may be a slip for, the likeliest first; none where nothing comes near."""
    import difflib

    return difflib.get_close_matches(name, list(names), n=most, cutoff=0.5)
