"""Standard output, as wide and as able as it is."""

import os
import sys
from collections.abc import Callable, Iterable
from typing import Any

from rich.console import Console, RenderableType
from rich.text import Text

from advisor.faults import contained
from advisor.render.layout import PlainConsole

WIDEST = 120
PIPED = 100  # columns where there is no terminal and COLUMNS does not say


def terminal(plain: bool = False) -> Console:
    """A console that takes every text as it is: brackets in names from logs are no markup; nothing is drawn where it is `plain` or dumb."""
    settings: dict[str, Any] = {"highlight": False, "markup": False, "emoji": False}
    dumb = plain or os.environ.get("TERM") == "dumb"
    console = PlainConsole(color_system=None, **settings) if dumb else Console(**settings)
    console.width = min(console.width, WIDEST) if sys.stdout.isatty() or "COLUMNS" in os.environ else PIPED
    return console


def put(console: Console, blocks: Iterable[RenderableType]) -> None:
    """Print all blocks at once."""
    say(written(console, blocks))


def say(text: str) -> None:
    """Write to standard output; a character that its encoding lacks becomes a question mark."""
    encoding = sys.stdout.encoding or "utf-8"
    sys.stdout.write(text.encode(encoding, "replace").decode(encoding))


def lines_of(part: str, told: Callable[..., Iterable[RenderableType]], *given: Any, instead: str = "") -> list[RenderableType]:
    """What is told in a part of the text; after a fault of ours one line that tells it, after what is to stand there instead."""
    with contained(part) as outcome:
        return list(told(*given))
    return [Text(f"{instead}({outcome.fault})")]


def written(console: Console, blocks: Iterable[RenderableType]) -> str:
    """What the console would print, without blanks at the ends of lines; a block that cannot be printed is a line that says so."""
    with console.capture() as captured:
        for block in blocks:
            with contained("the terminal") as outcome:
                console.print(block)
            if outcome.fault:
                console.print(Text(f"({outcome.fault})"))
    return "\n".join(line.rstrip() for line in captured.get().splitlines()) + "\n"
