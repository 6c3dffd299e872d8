"""What the process of a training tells the one that tries a change: bytes of its log, how far it is, and how it ended."""

from dataclasses import dataclass
from typing import Literal

Failure = Literal["", "out-of-memory", "error", "killed", "refused"]


@dataclass(frozen=True)
class Logged:
    """Bytes of an event file, to follow those before."""

    data: bytes


@dataclass(frozen=True)
class Reached:
    """Optimizer steps that were taken so far."""

    steps: int


@dataclass(frozen=True)
class Ended:
    """The script is over.

    Attributes
    ----------
    steps : int
        That were taken.
    whole : bool
        Whether it came to its own end, and was not stopped.
    failure : str
        What it broke on: "out-of-memory", "error", "refused" by a knob; empty where it did not.
    text : str
        The traceback, or what refused.
    seeds : bool
        Whether the script seeds torch's, numpy's or Python's generator itself.
    written : tuple of str
        The files that it wrote and that were kept apart.
    one_by_one : bool
        Whether it computed one gradient of each minibatch that a DataLoader gave, for one optimizer.
    held_out : int
        Examples that were held out of what it trains on.
    epochs : int
        How often a DataLoader that it trains from came to its end.
    gradients : int
        Of a loss, that were seen to be computed.
    """

    steps: int
    whole: bool = True
    failure: Failure = ""
    text: str = ""
    seeds: bool = False
    written: tuple[str, ...] = ()
    one_by_one: bool = False
    held_out: int = 0
    epochs: int = 0
    gradients: int = 0


class Sink:
    """Takes what is written to a log and sends it on."""

    def __init__(self, channel):
        self.channel = channel

    def write(self, data: bytes) -> None:
        """Send it."""
        self.channel.send(Logged(bytes(data)))

    def flush(self) -> None:
        """Nothing waits here."""

    def close(self) -> None:
        """The channel stays open for how it ended."""
