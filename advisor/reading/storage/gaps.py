"""Damaged places of a file: noted, joined, and told in a sentence each."""

from collections.abc import Iterator
from dataclasses import dataclass

MOST_SENTENCES = 10  # damaged places told one by one


@dataclass(frozen=True, order=True)
class Gap:
    """A place where no record could be read. `torn` is the record a writer had not finished at the end of the file."""

    offset: int
    size: int
    torn: bool = False


def add_gap(gaps: list[Gap], gap: Gap) -> None:
    """Add a gap, as one with the gap before if it follows that without a record between."""
    if gaps and gaps[-1].offset + gaps[-1].size == gap.offset:
        before = gaps.pop()
        gap = Gap(before.offset, before.size + gap.size)
    gaps.append(gap)


def gap_sentences(name: str, gaps: list[Gap]) -> Iterator[str]:
    """A sentence for each damaged place of the file of this name; one for all those after the first few."""
    for gap in gaps[:MOST_SENTENCES]:
        yield f"{name}: {gap.size} bytes at offset {gap.offset} were damaged and are lost"
    if more := gaps[MOST_SENTENCES:]:
        yield f"{name}: {sum(gap.size for gap in more)} bytes in {len(more)} more places were damaged and are lost"
