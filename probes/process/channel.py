"""Messages between a probe and the process its training lives in: pickles over pipes, both ends our own."""

import os
import pickle
import sys
from dataclasses import dataclass
from typing import IO, Any

from advisor.errors import AdvisorError
from probes.hooks.own_modules import before_the_script


class EndedError(Exception):
    """The process of the training is gone; says how it ended."""


class FailedError(Exception):
    """An exception that was raised beside the training; `kind` is its class's name, the text its own."""

    def __init__(self, kind: str, text: str):
        super().__init__(text)
        self.kind = kind


@dataclass(frozen=True)
class Request:
    """`get` or `set` an attribute, `call` a method, `enter` or `leave` a block that restores."""

    do: str
    name: str = ""
    arguments: tuple[Any, ...] = ()


@dataclass(frozen=True)
class Reply:
    """A value, or the kind and text of an exception."""

    value: Any = None
    kind: str = ""
    text: str = ""

    def value_or_raise(self) -> Any:
        """The value.

        Raises
        ------
        AdvisorError, MemoryError, EndedError, FailedError
            What was raised instead.
        """
        if not self.kind:
            return self.value
        if self.kind == "AdvisorError":
            raise AdvisorError(self.text)
        if self.kind == "EndedError":
            raise EndedError(self.text)
        raise MemoryError(self.text) if self.kind == "MemoryError" else FailedError(self.kind, self.text)


def failure(error: BaseException) -> Reply:
    """The reply that stands for this exception."""
    from probes.memory.device_memory import ran_out

    kind = "AdvisorError" if isinstance(error, AdvisorError) else "MemoryError" if ran_out(error) else type(error).__name__
    return Reply(kind=kind, text=" ".join(str(error).split()))


class Reader(pickle.Unpickler):
    """Makes what a message holds from our own classes, whatever the user's script calls its own."""

    def find_class(self, module: str, name: str) -> Any:
        """The class of this name."""
        with before_the_script():
            return super().find_class(module, name)


class Channel:
    """One end of a pair of pipes."""

    def __init__(self, source: IO[bytes], sink: IO[bytes]):
        self.source, self.sink = source, sink

    def send(self, message: Any) -> None:
        """Write a message at once, for which it waits while the pipe is full; BrokenPipeError where the other end is gone."""
        with before_the_script():
            written = pickle.dumps(message)
        self.sink.write(written)
        self.sink.flush()

    def receive(self) -> Any:
        """The next message.

        Raises
        ------
        EOFError
            The other end is gone.
        """
        try:
            return Reader(self.source).load()
        except pickle.UnpicklingError as cut:
            raise EOFError("a message was cut off") from cut


def to_parent() -> Channel:
    """The channel to the process that started this one: its standard input and output, which nothing else here uses from now on.

    What is printed goes to standard error.
    """
    channel = Channel(os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb"))
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    os.dup2(2, 1)
    sys.stdout = sys.stderr
    return channel
