"""A process that stands in for another one: what is done to it is done to the other, as if that had been started alone.

A terminal, `timeout` and a queue send a signal to every process of a group, so the other one may have it already. It says so, through the
pipe that Python writes to at each signal it has a handler for; only what it did not get is passed on.
"""

import contextlib
import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

PASSED = ("SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT", "SIGUSR1", "SIGUSR2", "SIGTSTP")
PATIENCE = 0.1  # seconds between a signal's arrival here and there
LOOK = 0.1  # seconds after which it is looked at again what the process does
LOST = 255  # in the pipe, in place of a signal's number: the log could not be written on


class Supervisor:
    """Starts a process, waits for it, and passes signals on."""

    def __init__(self) -> None:
        self.process: subprocess.Popen | None = None
        self.came: dict[int, float] = {}  # when the process said that it got a signal
        self.early: list[int] = []  # signals that came before it was there
        self.lost = False

    def status_of(self, start: Callable[[int], subprocess.Popen]) -> int:
        """The status, as a shell tells it, of the process that is started with the end of the pipe it is to write to."""
        there, here = os.pipe()
        listener = threading.Thread(target=self.listen, args=(there,), daemon=True)
        with self.passing_on():
            try:
                self.process = start(here)
            finally:
                os.close(here)
            listener.start()
            for number in self.early:
                self.send(number)
            code = self.waited()
        listener.join(PATIENCE)  # a process that it left behind may hold the pipe open
        return code if code >= 0 else 128 - code

    def listen(self, pipe: int) -> None:
        """Note what the process says, in a thread of its own."""
        while said := os.read(pipe, 1):
            self.lost |= said[0] == LOST
            self.came[said[0]] = time.monotonic()
        os.close(pipe)

    def waited(self) -> int:
        """Wait for the process's end; while it is stopped, as after Ctrl-Z, so is this one."""
        assert self.process is not None
        if not hasattr(os, "WUNTRACED"):
            return self.process.wait()
        while True:
            state = changed(self.process.pid)
            if not os.WIFSTOPPED(state):
                self.process.returncode = os.waitstatus_to_exitcode(state)
                return self.process.returncode
            os.kill(os.getpid(), signal.SIGSTOP)
            self.send(signal.SIGCONT)

    @contextmanager
    def passing_on(self) -> Iterator[None]:
        """A block in which this process's signals are the other's; what was ignored stays so, for both. For the main thread alone."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        numbers = [getattr(signal, name) for name in PASSED if hasattr(signal, name)]
        before = {number: signal.getsignal(number) for number in numbers}
        taken = {number: handler for number, handler in before.items() if handler not in (signal.SIG_IGN, None)}
        try:
            for number in taken:
                signal.signal(number, self.pass_on)
            yield
        finally:
            for number, handler in taken.items():
                signal.signal(number, handler)

    def pass_on(self, number: int, _: Any) -> None:
        """A signal's handler."""
        if self.process is None:
            self.early.append(number)
            return
        arrived = time.monotonic()
        time.sleep(PATIENCE)
        if self.came.get(number, -1.0) < arrived - PATIENCE:
            self.send(number)

    def send(self, number: int) -> None:
        """Send the process a signal, unless it has ended."""
        assert self.process is not None
        if self.process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.process.pid, number)


def changed(process: int) -> int:
    """Wait until the process stopped or ended: its state as `os.waitpid` tells it.

    Not in one wait without end: a signal that another thread gets, or that comes just before such a wait begins, does not end it, and
    handlers run in the thread that waits.
    """
    timed = hasattr(signal, "sigtimedwait")  # there is none on macOS
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGCHLD})
    try:
        while True:
            found, state = os.waitpid(process, os.WUNTRACED | os.WNOHANG)
            if found:
                return state
            signal.sigtimedwait({signal.SIGCHLD}, LOOK) if timed else time.sleep(LOOK / 2)
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def report_signals(pipe: int) -> None:
    """Let this process say through the pipe which signals it gets."""
    os.set_inheritable(pipe, False)
    os.set_blocking(pipe, False)
    signal.set_wakeup_fd(pipe, warn_on_full_buffer=False)


def report_loss(pipe: int) -> None:
    """Say that the log could not be written on."""
    with contextlib.suppress(OSError):
        os.write(pipe, bytes([LOST]))
