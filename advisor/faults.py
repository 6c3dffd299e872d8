"""A fault of ours costs itself: it is kept and told, and what does not hang on it goes on.

This is the one place where a failure that nobody foresaw is caught. Whoever lets a part of the work fail puts it into `contained`, and says
what stands where the part is missing. Where the variable `ADVISOR_FAULTS` is "raise", as in our tests, nothing is caught.
"""

import os
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path

from advisor.errors import AdvisorError, one_line

SWITCH, RAISE = "ADVISOR_FAULTS", "raise"
PASSED_ON = (AdvisorError, MemoryError, RecursionError)  # a sentence for the user; what the whole run has to pay for
TRACED = 2000  # characters of a traceback, its last

_told: ContextVar["list[Fault] | None"] = ContextVar("faults", default=None)


@dataclass(frozen=True)
class Fault:
    """What failed, by the name that a user knows, and what a maintainer asks.

    That is the error, where it was raised, the end of the traceback, and the command line by which it is seen again.
    """

    part: str
    error: str
    place: str = ""
    trace: str = ""
    again: str = ""

    def __str__(self) -> str:
        if self.error.startswith("MemoryError"):
            return f"memory ran out in {self.part}"
        return f"internal fault in {self.part}, please report"


@dataclass
class Outcome:
    """Whether a part of the work failed: its fault, None where it did not."""

    fault: Fault | None = None


class UnreadableError(OSError):
    """A file could not be read, for a fault of its format."""


@contextmanager
def contained(part: str, but: tuple[type[BaseException], ...] = PASSED_ON) -> Iterator[Outcome]:
    """Let the block fail: its fault is the outcome's, and told to whoever gathers them. What is in `but` is passed on."""
    outcome = Outcome()
    try:
        yield outcome
    except but:
        raise
    except Exception as error:
        if os.environ.get(SWITCH) == RAISE:
            raise
        outcome.fault = fault_of(part, error)
        tell(outcome.fault)


@contextmanager
def unreadable(part: str) -> Iterator[None]:
    """A fault in the block is one more reason why a file cannot be read.

    Raises
    ------
    UnreadableError
        There was one; the sentence says so.
    """
    with contained(part, but=(*PASSED_ON, OSError)) as outcome:
        yield
    if outcome.fault:
        raise UnreadableError(str(outcome.fault))


@contextmanager
def gathered() -> Iterator[list[Fault]]:
    """All faults that are told in the block, each once."""
    found: list[Fault] = []
    token = _told.set(found)
    try:
        yield found
    finally:
        _told.reset(token)


def tell(fault: Fault) -> None:
    """Hand a fault to whoever gathers them, if anybody does."""
    found = _told.get()
    if found is not None and fault not in found:
        found.append(fault)


def fault_of(part: str, error: BaseException) -> Fault:
    """The fault that an error is in this part of the work."""
    frames = traceback.extract_tb(error.__traceback__)
    place = f"{'/'.join(Path(frames[-1].filename).parts[-3:])}:{frames[-1].lineno}" if frames else ""
    trace = "".join(traceback.format_exception(error))[-TRACED:]
    return Fault(part, one_line(error) if isinstance(error, Exception) else type(error).__name__, place, trace)
