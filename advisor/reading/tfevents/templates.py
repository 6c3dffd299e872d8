"""Events by the thousand: those that differ only in their numbers and tags are explained once, and then read with numpy.

A template is an event that was explained by itself (events.py). A record of the same length is the same event with other numbers
if all its other bytes are the same: keys, lengths, types; and of a varint, the bits that say where it ends. What fits no template is
explained by itself too, so that templates make reading faster and never different.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from advisor.reading.tfevents.events import TENSOR, event_at
from advisor.reading.tfevents.points import Points, Tags
from advisor.reading.tfevents.rows import padded
from advisor.reading.tfevents.tensors import Number, as_typed, unsigned
from advisor.reading.tfevents.tfrecord import Window
from advisor.reading.tfevents.wire import NOWHERE, Span

FEW = 16  # records are sooner explained one by one
KEPT = 8  # templates for records of one length
PLAIN = (b"", b"scalars")  # plugins whose tensors of one number are points


@dataclass(frozen=True)
class Template:
    """An event; its places are counted from the begin of a row, which ends with the record and is a whole number of words wide.

    `words` and `mask` are uint64 and of shape (width,).
    """

    words: np.ndarray
    mask: np.ndarray
    wall: Span
    step: Span
    tags: list[Span]
    numbers: list[Number]
    named: list[bool]  # False for a tensor that leaves it to an earlier one to say for which plugin they are

    def fits(self, rows: np.ndarray) -> np.ndarray:
        """Which of the rows, words of shape (n, width), are this event with other numbers: booleans, shape (n,)."""
        wrong = np.zeros(len(rows), np.uint64)
        for column, word, mask in zip(rows.T, self.words, self.mask, strict=True):
            if mask:
                wrong |= (column ^ word) & mask
        return wrong == 0

    def points(self, rows: np.ndarray, records: np.ndarray, tags: Tags) -> Iterator[tuple[Points, bool]]:
        """The points of rows that fit, a part for each value of the event, and whether it is named; none where a tag is no text.

        `rows` are words of shape (n, width), `records` their places, shape (n,).
        """
        bytes_ = rows.view(np.uint8)
        numbered = [tags.numbers_of(bytes_[:, a:b]) for a, b in self.tags]
        text = np.min(numbered, axis=0) >= 0
        if not text.all():
            yield from self.points(rows[text], records[text], tags)
            return
        steps = _varints(bytes_, self.step).view(np.int64)
        walls = _bytes(bytes_, self.wall).view("<f8")[:, 0] if any(self.wall) else np.zeros(len(rows))
        for tag, number, named in zip(numbered, self.numbers, self.named, strict=True):
            yield Points(records, tag, steps, _numbers(bytes_, number), walls), named


def template_at(data: bytes, start: int, end: int) -> Template | None:
    """The template of the event in data[start:end]; None where it says anything but plain points."""
    try:
        event = event_at(data, start, end)
        numbers = [number for value in event.values if (number := value.number(data))]
    except ValueError:
        return None
    if not numbers or len(numbers) < len(event.values) or any(data[slice(*value.plugin)] not in PLAIN for value in event.values):
        return None
    begin = end - padded(end - start)
    wall, step, *tags = (_shifted(span, begin) for span in (event.wall, event.step, *(value.tag for value in event.values)))
    numbers = [replace(number, start=number.start - begin, end=number.end - begin) for number in numbers]
    mask = np.full(end - begin, 255, np.uint8)
    for a, b in [(0, start - begin), wall, *tags]:
        mask[a:b] = 0
    for a, b, is_varint in [(*step, True), *((number.start, number.end, number.varint) for number in numbers)]:
        mask[a:b] = 128 if is_varint else 0
    named = [value.kind != TENSOR or value.plugin[0] < value.plugin[1] for value in event.values]
    return Template(np.frombuffer(data[begin:end], np.uint64), mask.view(np.uint64), wall, step, tags, numbers, named)


class Templates:
    """The templates of a file, by the length of the records they are for."""

    def __init__(self, tags: Tags) -> None:
        self.tags = tags
        self.known: dict[int, list[Template]] = {}

    def points(self, window: Window) -> Iterator[tuple[Points, bool]]:
        """The points of all events of a window that fit a template, in parts, and whether they are named; `record` is their place in it."""
        for length, records, rows in window.alike:
            if len(records) >= FEW and length and rows is not None:
                yield from self._fitting(window.data, rows, records, window.starts, length)

    def _fitting(
        self, data: bytes, rows: np.ndarray, records: np.ndarray, starts: np.ndarray, length: int
    ) -> Iterator[tuple[Points, bool]]:
        """Try the templates this length has, and then new ones, on what fits none."""
        known = self.known.setdefault(length, [])
        waiting, tried = list(known), 0
        while len(records) >= FEW and (waiting or tried < KEPT):
            start = int(starts[records[0]])
            template, is_new = (waiting.pop(0), False) if waiting else (template_at(data, start, start + length), True)
            tried += is_new
            if template is None:
                rows, records = rows[1:], records[1:]
                continue
            fits = template.fits(rows)
            if is_new and len(known) < KEPT and fits.sum() >= FEW:
                known.append(template)
            if fits.all():  # as it nearly always is: then nothing need be copied
                yield from template.points(rows, records, self.tags)
                return
            yield from template.points(rows[fits], records[fits], self.tags)
            rows, records = rows[~fits], records[~fits]


def _shifted(span: Span, begin: int) -> Span:
    return (span[0] - begin, span[1] - begin) if any(span) else NOWHERE


def _bytes(rows: np.ndarray, span: Span) -> np.ndarray:
    return np.ascontiguousarray(rows[:, slice(*span)])


def _varints(rows: np.ndarray, span: Span) -> np.ndarray:
    value = np.zeros(len(rows), np.uint64)
    for i, column in enumerate(rows[:, slice(*span)].T):
        value |= (column & np.uint8(127)).astype(np.uint64) << np.uint64(7 * i)
    return value


def _numbers(rows: np.ndarray, number: Number) -> np.ndarray:
    if number.varint:
        raw = _varints(rows, (number.start, number.end))
    else:
        raw = _bytes(rows, (number.start, number.end)).view(unsigned(number.dtype))[:, 0]
    return as_typed(raw, number.dtype).astype(float)
