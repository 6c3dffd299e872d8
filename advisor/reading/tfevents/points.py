"""Points of many curves as columns, in the order they were logged, until each curve gets its own."""

from itertools import pairwise
from typing import NamedTuple

import numpy as np

from advisor.reading.tfevents.rows import padded

ODD = 0x9E3779B97F4A7C15  # 2⁶⁴ over the golden ratio: Knuth's multiplier
SLOTS = 16  # bits of a tag's slot


class Points(NamedTuple):
    """Columns of one length, shape (n,): which record of a window said it, under which tag, and what; `wall` is seconds since the epoch."""

    record: np.ndarray
    tag: np.ndarray
    step: np.ndarray
    value: np.ndarray
    wall: np.ndarray


TYPES = Points(*map(np.dtype, ("i8", "i4", "i8", "f8", "f8")))  # type: ignore[arg-type]


def points_of(rows: list[tuple]) -> Points:
    """Rows (record, tag, step, value, wall) as columns of their types, shape (n,), also of no rows."""
    columns = zip(*rows, strict=True) if rows else [()] * len(TYPES)
    return Points(*(np.array(column, dtype) for column, dtype in zip(columns, TYPES, strict=True)))


def in_order(parts: list[Points], purges: list[tuple[int, int]]) -> Points:
    """All points by the record that said them, without those that a later record (number, step) replaced."""
    points = Points(*map(np.concatenate, zip(*parts, strict=True)))
    if len(parts) > 1:
        points = chosen(points, np.argsort(points.record, kind="stable"))
    if purges:
        records, steps = np.array(purges, np.int64).T
        lowest_yet = np.minimum.accumulate(steps[::-1])[::-1]
        limits = np.append(lowest_yet, np.iinfo(np.int64).max)
        later = np.searchsorted(records, points.record, side="right")
        points = chosen(points, (points.step < limits[later]) | (later == len(records)))
    return points


def chosen(points: Points, which: np.ndarray) -> Points:
    """The points at these places, or those where a boolean array of shape (n,) is true."""
    return Points(*(column[which] for column in points))


class Tags:
    """The tags of a file, each with its number."""

    def __init__(self) -> None:
        self.numbers: dict[bytes, int] = {}
        self.names: list[str] = []

    def number(self, tag: bytes) -> int:
        """Raises UnicodeDecodeError if the tag is no text."""
        if tag not in self.numbers:
            name = tag.decode()
            self.numbers[tag] = len(self.names)
            self.names.append(name)
        return self.numbers[tag]

    def numbers_of(self, tags: np.ndarray) -> np.ndarray:
        """The number of each tag, -1 of what is no text; bytes in, shape (n, width).

        Each tag falls into a slot, the first one there speaks for all that are equal to it byte for byte, and the others try again.
        """
        filled = np.zeros((len(tags), padded(tags.shape[1])), np.uint8)
        filled[:, : tags.shape[1]] = tags
        words = filled.view(np.uint64)
        numbers, left = np.full(len(tags), -1, np.int32), np.arange(len(tags))
        speakers, factor = np.empty(1 << SLOTS, np.int64), ODD
        while len(left):
            slots = _slots(words[left], factor)
            speakers[slots[::-1]] = left[::-1]
            speaker = speakers[slots]
            for i in left[speaker == left].tolist():
                numbers[i] = self._number_or_none(tags[i].tobytes())
            same = _equal(words[left], words[speaker])
            numbers[left[same]] = numbers[speaker[same]]
            left, factor = left[~same], factor * ODD % (1 << 64)
        return numbers

    def _number_or_none(self, tag: bytes) -> int:
        try:
            return self.number(tag)
        except UnicodeDecodeError:
            return -1


def _slots(words: np.ndarray, factor: int) -> np.ndarray:
    mixed = np.zeros(len(words), np.uint64)
    for column in words.T:
        mixed = (mixed ^ (mixed >> np.uint64(29)) ^ column) * np.uint64(factor)
    return (mixed >> np.uint64(64 - SLOTS)).astype(np.int64)


def _equal(some: np.ndarray, others: np.ndarray) -> np.ndarray:
    differ = np.zeros(len(some), np.uint64)
    for a, b in zip(some.T, others.T, strict=True):
        differ |= a ^ b
    return differ == 0


class Columns:
    """All points of a file, block by block, 28 bytes a point."""

    def __init__(self) -> None:
        self.blocks: list[tuple[np.ndarray, ...]] = []

    def add(self, points: Points) -> None:
        """Take in points, after all that came before; which record said them is not kept."""
        if len(points.record):
            self.blocks.append(points[1:])

    def purge(self, step: int) -> None:
        """Forget what was logged from a step on."""
        kept = [tuple(column[steps < step] for column in (tag, steps, *more)) for tag, steps, *more in self.blocks]
        self.blocks = [block for block in kept if len(block[0])]

    def curves(self) -> list[tuple[int, list[np.ndarray]]]:
        """Each tag that has points, and its steps, values and walls, shape (k,) each, as they were logged, which are then no longer here.

        The tag whose first point was logged first comes first.
        """
        if not self.blocks:
            return []
        tag_blocks, *columns = map(list, zip(*self.blocks, strict=True))
        self.blocks = []
        tags = np.concatenate(tag_blocks)
        order = np.argsort(tags.astype(np.uint16) if tags.max() < 1 << 16 else tags, kind="stable")  # short numbers: by radix
        ends = np.cumsum(np.bincount(tags))
        del tags, tag_blocks
        gathered = []
        while columns:
            gathered.append(np.concatenate(columns.pop(0))[order])
        slices = [(tag, slice(a, b)) for tag, (a, b) in enumerate(pairwise([0, *ends.tolist()])) if a < b]
        slices.sort(key=lambda entry: order[entry[1].start])
        return [(tag, [column[part] for column in gathered]) for tag, part in slices]
