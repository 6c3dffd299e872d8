"""Signals that end a command: the first is waited with while something is written whole, a later one is obeyed at once."""

import contextlib
import os
import signal
import sys
import threading
import time
from collections.abc import Iterable, Iterator
from typing import Any

ENDING = tuple(getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK") if hasattr(signal, name))
SAME = 1.0  # seconds within which signals are one: a closed terminal and `timeout` send several
AGAIN = 0.02  # seconds until one is raised again that was lost where nothing can be raised, as in a destructor


class Interrupted(KeyboardInterrupt):
    """One of these signals came.

    Attributes
    ----------
    number : int
        Which one.
    """

    def __init__(self, number: int):
        super().__init__()
        self.number = number


class Interruption:
    """What came to this process, and whether it is waited with."""

    def __init__(self) -> None:
        self.first = 0
        self.since, self.held, self.pending = 0.0, False, False
        self.insisted = False  # what was to be whole was ended by a second signal

    def come(self, number: int, _: Any) -> None:
        """A signal's handler."""
        if not self.first:
            self.first, self.since, self.pending = number, time.monotonic(), True
            if self.held:
                return
        elif time.monotonic() - self.since < SAME:
            return
        self.obey()

    def obey(self) -> None:
        """Raise what came."""
        self.pending, self.insisted = False, self.held
        raise Interrupted(self.first)


STATE = Interruption()


def status(error: KeyboardInterrupt) -> int:
    """What a shell says of a process that the signal ended: 130, 143 or 129."""
    return 128 + getattr(error, "number", signal.SIGINT)


def status_so_far() -> int:
    """The status for the signal that has come to the command, also where it was swallowed on its way; 0 where none came."""
    return 128 + STATE.first if STATE.first else 0


@contextlib.contextmanager
def listening() -> Iterator[None]:
    """A block in which these signals raise `Interrupted` in the main thread; those that were ignored before stay so."""
    STATE.__init__()  # type: ignore[misc]
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {number: signal.getsignal(number) for number in ENDING}
    hook, sys.unraisablehook = sys.unraisablehook, _raised_again(sys.unraisablehook)
    try:
        for number, handler in before.items():
            if handler not in (signal.SIG_IGN, None):
                signal.signal(number, STATE.come)
        yield
    finally:
        sys.unraisablehook = hook
        for number, handler in before.items():
            if handler not in (signal.SIG_IGN, None):
                signal.signal(number, handler)


def _raised_again(hook: Any) -> Any:
    """The hook for what cannot be raised where it happens; a signal's exception is raised again a little later."""

    def unraisable(args: Any) -> None:
        if isinstance(args.exc_value, Interrupted):
            STATE.since = 0.0
            threading.Timer(AGAIN, os.kill, [os.getpid(), args.exc_value.number]).start()
        else:
            hook(args)

    return unraisable


@contextlib.contextmanager
def deferred() -> Iterator[None]:
    """A block that the first signal waits for, but for what is `opened` in it; a second one, later than at once, ends it."""
    before, STATE.held = STATE.held, True
    try:
        yield
    finally:
        STATE.held = before
    _obey_what_waits()


@contextlib.contextmanager
def opened() -> Iterator[None]:
    """A block within a deferred one that a signal ends where it is; one that has waited does so at its beginning."""
    before, STATE.held = STATE.held, False
    try:
        _obey_what_waits()
        yield
    finally:
        STATE.held = before


def interruptible(things: Iterable) -> Iterator:
    """The things, each waited for in a block that is `opened`."""
    iterator = iter(things)
    while True:
        with opened():
            try:
                thing = next(iterator)
            except StopIteration:
                return
        yield thing


def _obey_what_waits() -> None:
    if STATE.pending and not STATE.held:
        STATE.obey()
