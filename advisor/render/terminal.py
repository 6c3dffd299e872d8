"""Standard output, as wide and as able as it is."""

import os
import sys
from collections.abc import Iterable

from rich.console import Console, RenderableType

WIDEST = 120
PIPED = 100  # columns where there is no terminal and COLUMNS does not say


def terminal() -> Console:
    """A console that takes every text as it is: brackets in names from logs are no markup."""
    console = Console(highlight=False, markup=False, emoji=False)
    console.width = min(console.width, WIDEST) if sys.stdout.isatty() or "COLUMNS" in os.environ else PIPED
    return console


def put(console: Console, blocks: Iterable[RenderableType]) -> None:
    """Print all blocks at once."""
    say(written(console, blocks))


def say(text: str) -> None:
    """Write to standard output; a character that its encoding lacks becomes a question mark."""
    encoding = sys.stdout.encoding or "utf-8"
    sys.stdout.write(text.encode(encoding, "replace").decode(encoding))


def written(console: Console, blocks: Iterable[RenderableType]) -> str:
    """What the console would print, without blanks at the ends of lines."""
    with console.capture() as captured:
        for block in blocks:
            console.print(block)
    return "\n".join(line.rstrip() for line in captured.get().splitlines()) + "\n"
