"""Whether the last line of a text, which has no end, is whole all the same: pasted texts end so, and files that were cut."""

import re
from statistics import median

DIGITS = b"0123456789"
EXACT = 8  # digits behind a point: what follows changes nothing
LOOKED_AT = 1 << 16  # bytes before the last line, among which its like is sought
FRACTION = re.compile(rb"(?:\.|\d[eE][-+]?)(\d+)\W*$|(\D)$")  # the digits of the last number that has some behind its point, or none at all


def unread_end(name: str) -> str:
    """The sentence on a file of this name whose last line is not whole."""
    return f"{name}: the last line has no end (still being written, or cut off) and was not read"


def is_whole(last: bytes, before: bytes) -> bool:
    """Whether a line is like one of the whole lines before it to its last digit: then nothing that it measures was cut.

    Alike are lines that differ by their digits only. One that ends in a number must have as many digits behind the point as its like
    typically have, or more than count: half a number is shorter, and of whole numbers nobody can tell.
    """
    shape, mine = _shape(last), FRACTION.search(last.rstrip())
    if not shape or mine is None:
        return False
    like = [line for line in before.split(b"\n") if _shape(line) == shape]
    found = [end for line in like if (end := FRACTION.search(line.rstrip()))]
    return bool(found) and len(mine[1] or b"") >= min(EXACT, median(len(end[1] or b"") for end in found))


def _shape(line: bytes) -> bytes:
    return line.strip().translate(None, DIGITS)
