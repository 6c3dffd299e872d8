"""A file in blocks of whole lines."""

from collections.abc import Iterator
from typing import BinaryIO


def blocks_of_lines(file: BinaryIO, size: int) -> Iterator[tuple[bytes, int]]:
    """Blocks of about so many bytes, from where the file stands: each at the start of bytes, and its length.

    At last come what the file ends with of a line that has no end yet, and 0. Longer lines than a block are cut. What follows a block is
    read again with the next one: to put the two together would copy both.
    """
    start, rest = file.tell(), 0
    while len(data := file.read(size + rest)) > rest:
        end = (data.rfind(b"\n") if b"\n" in data else data.rfind(b"\r", 0, -1)) + 1
        end = end or (len(data) if len(data) > size else 0)
        start, rest = start + end, len(data) - end
        if end:
            yield data, end
        file.seek(start)
    if data:
        yield data, 0
