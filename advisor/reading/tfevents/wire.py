"""Protobuf's wire format: the fields of a message, each with the place of its bytes.

Only places are given and nothing is copied: a field of a megabyte that is passed over costs no more than a short one.
https://protobuf.dev/programming-guides/encoding/
"""

from collections.abc import Iterator

VARINT, FIXED64, BYTES, GROUP, GROUP_END, FIXED32 = range(6)
WIDTHS = {FIXED64: 8, FIXED32: 4}
LONGEST = 10  # bytes of a varint
DEEPEST = 100  # groups in groups, as protobuf itself allows
NUMBERS = range(1, 1 << 29)  # a field may have

Span = tuple[int, int]  # where the content of a field begins and ends
NOWHERE: Span = (0, 0)


class MalformedError(ValueError):
    """These bytes are no message."""


def varint(data: bytes, at: int, end: int) -> Span:
    """The number that begins at `at`, unsigned, and where it ends.

    Raises
    ------
    MalformedError
        It does not end before `end`, or in 10 bytes.
    """
    if at < end and data[at] < 128:
        return data[at], at + 1
    value = shift = 0
    for i in range(at, min(end, at + LONGEST)):
        value |= (data[i] & 127) << shift
        if data[i] < 128:
            return value & 0xFFFFFFFFFFFFFFFF, i + 1
        shift += 7
    raise MalformedError


def varints(data: bytes, span: Span) -> list[int]:
    """Numbers one after the other."""
    found, (at, end) = [], span
    while at < end:
        value, at = varint(data, at, end)
        found.append(value)
    return found


def fields(data: bytes, at: int, end: int, depth: int = 0) -> Iterator[tuple[int, int, int, int]]:
    """Number and kind of every field of the message in data[at:end], and where its content begins and ends.

    Raises
    ------
    MalformedError
        It is no message.
    """
    while at < end:
        key, at = (data[at], at + 1) if data[at] < 128 else varint(data, at, end)
        number, kind, start = key >> 3, key & 7, at
        if kind == VARINT:
            _, at = varint(data, at, end)
        elif kind == BYTES:
            size, start = varint(data, at, end)
            at = start + size
        elif kind in WIDTHS:
            at += WIDTHS[kind]
        elif kind == GROUP:
            at = _group_end(data, at, end, number, depth + 1)
        else:
            raise MalformedError
        if at > end or number not in NUMBERS:
            raise MalformedError
        yield number, kind, start, at


def _group_end(data: bytes, at: int, end: int, number: int, depth: int) -> int:
    """Where an old-style group ends: no message of TensorBoard's has one, but a field it does not know may be one."""
    while depth <= DEEPEST:
        key, after = varint(data, at, end)
        if key == number << 3 | GROUP_END:
            return after
        *_, at = next(fields(data, at, end, depth))
    raise MalformedError
