"""Whether a file that was read before has only grown since, or another was put in its place."""

from typing import BinaryIO


def is_same_file(file: BinaryIO, position: int, head: bytes = b"", tail: bytes = b"") -> bool:
    """Whether the file still begins with `head`, holds `tail` just before byte `position`, and is no shorter than that.

    Where it stands in the file afterwards is not said.
    """
    if file.seek(0, 2) < position:
        return False
    file.seek(0)
    if file.read(len(head)) != head:
        return False
    file.seek(max(0, position - len(tail)))
    return file.read(len(tail)) == tail
