"""An event of TensorBoard's: when it was, and where in its bytes it says what."""

from dataclasses import dataclass, field
from itertools import islice

from advisor.reading.tfevents.tensors import Number, Tensor, one
from advisor.reading.tfevents.wire import BYTES, FIXED32, FIXED64, NOWHERE, VARINT, Span, fields, varint

# Fields of the messages, as event.proto and summary.proto number them; of those in WHAT and in KINDS only the last one written counts
WALL, STEP, SUMMARY, SESSION, WHAT = 1, 2, 5, 7, range(3, 10)
TAG, SIMPLE, HISTO, TENSOR, METADATA = 1, 2, 5, 8, 9
KINDS = {2: FIXED32, 3: BYTES, 4: BYTES, 5: BYTES, 6: BYTES, 8: BYTES}
START = 1  # SessionLog.START
MOST = 50_000  # values of one event


@dataclass(slots=True)
class Value:
    """One value of a summary."""

    tag: Span = NOWHERE
    plugin: Span = NOWHERE  # the name of the plugin it is for; only the first value of a tag must have one
    settings: Span = NOWHERE  # what the plugin itself has to say
    kind: int = 0  # the field of KINDS that was written
    span: Span = NOWHERE  # of a number or a histogram
    tensor: Tensor = field(default_factory=Tensor)

    def number(self, data: bytes) -> Number | None:
        """The place of its number; None where it is something else."""
        return Number(*self.span) if self.kind == SIMPLE else one(data, self.tensor) if self.kind == TENSOR else None


@dataclass(slots=True)
class Event:
    """One record of an event file."""

    wall: Span = NOWHERE
    step: Span = NOWHERE
    values: list[Value] = field(default_factory=list)
    starts: bool = False  # a session, that replaces everything from its step on
    holds_more: bool = False  # values than `MOST`


def event_at(data: bytes, start: int, end: int) -> Event:
    """The event in data[start:end].

    Raises
    ------
    MalformedError
        These bytes are no event.
    """
    event, what = Event(), 0
    for number, kind, a, b in fields(data, start, end):
        if number == WALL and kind == FIXED64:
            event.wall = a, b
        elif number == STEP and kind == VARINT:
            event.step = a, b
        elif number in WHAT and kind == BYTES:
            if number != what:
                event.values, event.starts, what = [], False, number
            if number == SUMMARY:
                places = ((c, d) for n, k, c, d in fields(data, a, b) if n == 1 and k == BYTES)
                event.values += [value_at(data, c, d) for c, d in islice(places, MOST - len(event.values))]
                event.holds_more = next(places, None) is not None
            elif number == SESSION:
                said = [varint(data, c, d)[0] for n, k, c, d in fields(data, a, b) if n == 1 and k == VARINT]
                event.starts = said[-1] == START if said else event.starts
    return event


def value_at(data: bytes, start: int, end: int) -> Value:
    """The value of a summary in data[start:end]."""
    value = Value()
    for number, kind, a, b in fields(data, start, end):
        if number == TAG and kind == BYTES:
            value.tag = a, b
        elif number == METADATA and kind == BYTES:
            _name_plugin(value, data, a, b)
        elif KINDS.get(number) == kind:
            if number != value.kind:
                value.tensor = Tensor()
            value.kind, value.span = number, (a, b)
            if number == TENSOR:
                value.tensor.add(data, a, b)
    return value


def _name_plugin(value: Value, data: bytes, start: int, end: int) -> None:
    for number, kind, a, b in fields(data, start, end):
        if number == 1 and kind == BYTES:
            for n, k, c, d in fields(data, a, b):
                if n == 1 and k == BYTES:
                    value.plugin = c, d
                elif n == 2 and k == BYTES:
                    value.settings = c, d
