"""The watch at work: looks, shows what changed, and waits; on a terminal as one screen, elsewhere as a line for each event."""

import contextlib
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator

from rich.console import Console, Group
from rich.live import Live
from rich.text import Text

from advisor.faults import contained
from advisor.interruption import deferred
from advisor.render.terminal import put, say, terminal
from advisor.watching.events import as_json, line
from advisor.watching.screen import screen
from advisor.watching.watch import Watch
from advisor.watching.watched_run import Event
from advisor.wording import place

IDLE = 9  # seconds of rest for each second of work: a tenth of a core, however much there is to read

Show = Callable[[list[Event]], None]


def follow(
    watch: Watch, every: float, fail_on: str | None = None, json: bool = False, tell: Callable[[list[Event]], object] = lambda events: None
) -> str:
    """Look until the user interrupts, or until a finding of the level `fail_on` or a worse one is made, which it returns in a sentence.

    `tell` is given what changed at each look.
    """
    console = Console(highlight=False, markup=False, emoji=False)
    on_screen = sys.stdout.isatty() and not console.is_dumb_terminal and not json
    with shown_on(console, watch) if on_screen else shown_as_lines(json) as (show, wait):
        before = 0.0
        while True:
            began = time.perf_counter()
            changed = watch.look()
            tell(changed)
            show(changed)
            if fail_on and (failing := watch.failing(fail_on)):
                watched, finding = failing
                return f"ended as --fail-on {fail_on} asks: {finding.problem} ({finding.level}) in {place(watched.run.path)}."
            cost = time.perf_counter() - began
            wait(max(every, IDLE * min(cost, before)))  # one that was dear for once, as the first is, costs no rest
            before = cost


@contextlib.contextmanager
def shown_as_lines(json: bool) -> Iterator[tuple[Show, Callable[[float], None]]]:
    """Each event on a line of standard output, at once."""

    def show(events: list[Event]) -> None:
        with deferred():  # a line is written whole
            for event in events:
                say((as_json(event) if json else line(event).plain) + "\n")
            sys.stdout.flush()

    yield show, time.sleep


@contextlib.contextmanager
def shown_on(console: Console, watch: Watch) -> Iterator[tuple[Show, Callable[[float], None]]]:
    """The terminal's other screen, drawn anew after each look and when its size changes; what it showed last stays behind on the first."""
    resized = threading.Event()
    with contextlib.suppress(AttributeError):
        sys.stdout.reconfigure(errors="replace")  # type: ignore[union-attr]
    try:
        with Live(Text(), console=console, screen=True, auto_refresh=False, redirect_stdout=False, redirect_stderr=False) as live:

            def show(_: object = None) -> None:
                live.update(Group(*drawn(watch, console)), refresh=True)

            def wait(seconds: float) -> None:
                until = time.monotonic() + seconds
                while (left := until - time.monotonic()) > 0:
                    if resized.wait(left):
                        resized.clear()
                        show()

            with answering(resized, live):
                show()
                yield show, wait
    finally:
        *last, _ = drawn(watch, console)
        put(terminal(), last if last and last[-1].plain else last[:-1])


def drawn(watch: Watch, console: Console) -> list[Text]:
    """The screen; a line that says so where a fault of ours hides it."""
    with contained("the screen") as outcome:
        return screen(watch, console)
    return [Text(f"({outcome.fault})")]


@contextlib.contextmanager
def answering(resized: threading.Event, live: Live) -> Iterator[None]:
    """Answer the terminal's signals: its other size, and Ctrl-Z, for which it is put back."""

    def suspend(*_: object) -> None:
        live.stop()
        os.kill(os.getpid(), signal.SIGSTOP)
        live.start()
        resized.set()

    wanted = {"SIGWINCH": lambda *_: resized.set(), "SIGTSTP": suspend}
    before = {getattr(signal, name): signal.signal(getattr(signal, name), f) for name, f in wanted.items() if hasattr(signal, name)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
