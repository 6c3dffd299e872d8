"""Damaged places of a file: noted, joined, and told in a sentence each."""

from collections.abc import Iterator
from dataclasses import dataclass

from advisor.run import Missing

MOST_SENTENCES = 10  # damaged places told one by one
MUCH = 0.05  # of what was logged: where more is missing, what a rule looks for may lie there whole


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


def gap_sentences(name: str, gaps: list[Gap], size: int) -> Iterator[str]:
    """A sentence for each damaged place of the file of this name and so many bytes; one for all those after the first few."""
    all_lost = sum(gap.size for gap in gaps)
    for gap in gaps[:MOST_SENTENCES]:
        yield weighty(f"{name}: {gap.size} bytes at offset {gap.offset} were damaged and are lost", all_lost, size)
    if more := gaps[MOST_SENTENCES:]:
        said = f"{name}: {sum(gap.size for gap in more)} bytes in {len(more)} more places were damaged and are lost"
        yield weighty(said, all_lost, size)


def weighty(sentence: str, lost: float, whole: float) -> str:
    """The sentence, as one on what may turn a verdict where so much of the whole was lost."""
    return Missing(sentence) if lost > MUCH * whole else sentence
