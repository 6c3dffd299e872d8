"""Progress, on standard error."""

import contextlib
from collections.abc import Callable, Iterable, Iterator

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, track


@contextlib.contextmanager
def bar() -> Iterator[Callable[[str, float, float], None]]:
    """A callback (description, done, total) that moves a bar while the block runs; silent where standard error is no terminal."""
    console = Console(stderr=True)
    shown = Progress(TextColumn("{task.description:<28}", markup=False), BarColumn(), TimeElapsedColumn(), console=console, transient=True)
    shown.disable = not console.is_terminal
    with shown:
        task = shown.add_task("starting", total=None)
        yield lambda description, done, total: shown.update(task, description=description, completed=done, total=total)


def ticking(things: Iterable, description: str, count: int) -> Iterable:
    """The things one by one, of which there are so many, while a bar moves."""
    return track(things, description, count, console=Console(stderr=True), transient=True)
