"""Where a table's header stands: below comments and settings, or the last of the comments itself."""

from collections.abc import Sequence
from itertools import islice, pairwise

from advisor.reading.tables.cells import SPACES, numbers, parted
from advisor.reading.tables.header import COMMENT, Header

FAR = 50  # lines looked through for a header that is not the first


def header_at(lines: Sequence[str]) -> int:
    """The place of the header among a file's first lines; -1 where there is no line yet that may be one.

    It is the first line that is no comment; or, where that is a row already, the comment above it that names as many columns; or the
    first that names the columns of a training's log, and has a row of numbers below it.
    """
    said = [i for i, line in enumerate(islice(lines, FAR)) if line.strip() and not line.startswith(COMMENT)]
    plain = next((i for i in said if not lines[i].startswith("#")), None)
    if plain is None:
        return said[0] if said else -1
    marked = [i for i in said if i < plain]
    if marked and _is_row(lines[plain], SPACES, ",", "\t", ";"):
        return next((i for i in reversed(marked) if _heads(lines[i], lines[plain])), marked[0])
    below = [i for i in said if i >= plain]
    if not _heads(lines[plain], lines[below[1]] if len(below) > 1 else ""):
        for i, row in pairwise(below[1:]):
            if _heads(lines[i], lines[row]) and Header(lines[i], lines[row]).is_of_a_log:
                return i
    return plain


def _heads(line: str, row: str) -> bool:
    """Whether the row holds numbers, as many as this line holds names."""
    header = Header(line, row)
    return len(parted(row, header.separator)) == len(header.names) and _is_row(row, header.separator)


def _is_row(line: str, *separators: str) -> bool:
    """Whether a line holds numbers and little else, parted by one of these."""
    rows = [[cell.strip() for cell in parted(line, mark)] for mark in separators]
    return any(len(row) > 1 and 2 * len(numbers(row)[1]) > len(row) for row in rows)
