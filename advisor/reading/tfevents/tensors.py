"""TensorFlow's tensors: where their numbers lie, and what they are."""

from dataclasses import dataclass, field

import numpy as np

from advisor.reading.tfevents.wire import BYTES, FIXED32, FIXED64, NOWHERE, VARINT, Span, fields, varint, varints

# TensorFlow's type number -> how its numbers are packed as bytes, and the field that lists them where they are not
TYPES = {
    1: ("<f4", 5),
    2: ("<f8", 6),
    3: ("<i4", 7),
    4: ("<u1", 7),
    5: ("<i2", 7),
    6: ("<i1", 7),
    9: ("<i8", 10),
    10: ("<u1", 11),
    14: ("<u2", 13),
    17: ("<u2", 7),
    19: ("<f2", 13),
    22: ("<u4", 16),
    23: ("<u8", 17),
}
FLOAT, BOOL, BFLOAT16 = 1, 10, 14
DTYPE, SHAPE, CONTENT, TEXT = 1, 2, 4, 8  # fields of a TensorProto
LISTS = {5: FIXED32, 6: FIXED64, 7: VARINT, 10: VARINT, 11: VARINT, 13: VARINT, 16: VARINT, 17: VARINT}  # and the kind of their numbers
MANY = 1 << 32  # elements: a product of thousands of lengths is a number that takes for ever
MOST_DIMENSIONS = 254  # as TensorFlow allows
LARGEST = 1 << 20  # bytes of numbers listed in one tensor; more are not read


@dataclass(slots=True)
class Tensor:
    """Where the parts of a TensorProto lie."""

    dtype: int = 0
    size: int = 1  # the product of its shape, MANY where that is more
    content: Span = NOWHERE
    text: Span = NOWHERE  # its first string
    lists: dict[int, list[Span]] = field(default_factory=dict)

    def add(self, data: bytes, start: int, end: int) -> None:
        """Take in the message in data[start:end]."""
        for number, kind, a, b in fields(data, start, end):
            if number == DTYPE and kind == VARINT:
                self.dtype = varint(data, a, b)[0]
            elif number == SHAPE and kind == BYTES:
                self.size = min(self.size * _product(data, a, b), MANY)
            elif number == CONTENT and kind == BYTES:
                self.content = a, b
            elif number == TEXT and kind == BYTES:
                self.text = self.text if any(self.text) else (a, b)
            elif number in LISTS and kind in (BYTES, LISTS[number]) and a < b:
                self.lists.setdefault(number, []).append((a, b))

    @property
    def is_packed(self) -> bool:
        """Whether its numbers lie in one place as the bytes of their type."""
        return self.content[0] < self.content[1]

    @property
    def listed_numbers(self) -> list[Span]:
        """Where the numbers lie that are listed in the field of its type, which must be one of TYPES."""
        return self.lists.get(TYPES[self.dtype][1], [])


def _product(data: bytes, start: int, end: int) -> int:
    """How many elements a TensorShapeProto tells of, MANY of all that are more."""
    product = 1
    for i, (number, kind, a, b) in enumerate(fields(data, start, end)):
        if i > MOST_DIMENSIONS:
            return MANY
        if number == 2 and kind == BYTES:  # a dimension; its size is field 1, and a size of 0 is not written
            sizes = [varint(data, c, d)[0] for n, k, c, d in fields(data, a, b) if n == 1 and k == VARINT]
            product = min(product * (sizes[-1] if sizes else 0), MANY)
    return product


@dataclass(frozen=True, slots=True)
class Number:
    """Where one number lies, of which type, and whether it is written as a varint."""

    start: int
    end: int
    dtype: int = FLOAT
    varint: bool = False

    def read(self, data: bytes) -> float:
        """The number in these bytes, in which its place was found."""
        if self.varint:
            raw = np.array([varint(data, self.start, self.end)[0]], np.uint64)
        else:
            raw = np.frombuffer(data, unsigned(self.dtype), 1, self.start)
        return float(as_typed(raw, self.dtype)[0])


def one(data: bytes, tensor: Tensor) -> Number | None:
    """The place of a tensor's only number; None where it has none, or several."""
    if tensor.dtype not in TYPES or tensor.size != 1:
        return None
    spans = [tensor.content] if tensor.is_packed else tensor.listed_numbers
    if len(spans) != 1:
        return None
    [(a, b)] = spans
    if not tensor.is_packed and LISTS[TYPES[tensor.dtype][1]] == VARINT:
        return Number(a, b, tensor.dtype, varint=True) if varint(data, a, b)[1] == b else None
    return Number(a, b, tensor.dtype) if b - a == np.dtype(unsigned(tensor.dtype)).itemsize else None


def numbers(data: bytes, tensor: Tensor) -> np.ndarray | None:
    """The numbers of a tensor, flat, shape (n,); None where they are not numbers, or listed in more than LARGEST bytes."""
    if tensor.dtype not in TYPES:
        return None
    spans = [tensor.content] if tensor.is_packed else tensor.listed_numbers
    if sum(b - a for a, b in spans) > LARGEST:
        return None
    if not tensor.is_packed and LISTS[TYPES[tensor.dtype][1]] == VARINT:
        raw = np.array([n for span in spans for n in varints(data, span)], np.uint64)
    else:
        raw = packed(data, spans, unsigned(tensor.dtype))
    return as_typed(raw, tensor.dtype)


def packed(data: bytes, spans: list[Span], code: str) -> np.ndarray:
    """The numbers in these places, one after the other, shape (n,); `code` is their numpy type."""
    size = np.dtype(code).itemsize
    if len(spans) == 1:
        return np.frombuffer(data, code, (spans[0][1] - spans[0][0]) // size, spans[0][0])
    return np.concatenate([np.zeros(0, code), *(np.frombuffer(data, code, (b - a) // size, a) for a, b in spans)])


def unsigned(dtype: int) -> str:
    """The numpy type of unsigned numbers as wide as this TensorFlow type: "<u4" of a float."""
    return TYPES[dtype][0].translate(str.maketrans("if", "uu"))


def as_typed(raw: np.ndarray, dtype: int) -> np.ndarray:
    """The numbers of a TensorFlow type that were written as these unsigned ones, in their shape; a varint may be wider than its type."""
    if dtype == BOOL:
        return raw != 0
    plain = raw.astype(unsigned(dtype), copy=False)
    if dtype == BFLOAT16:  # the upper half of a float32
        return (plain.astype("<u4") << 16).view("<f4")
    return plain.view(TYPES[dtype][0])
