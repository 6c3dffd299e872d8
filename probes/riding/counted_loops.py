"""How long a script's training is, by its own loops: those that its step stands in, and how often each goes round.

    for epoch in range(args.epochs):      epochs times
        for batch in loader:              an epoch's steps each
            step()

What a loop goes over is read off its line and the variables that it names; no function of the script's is called for it. Where one of the
loops cannot be counted, the length is not known. A loop that makes the optimizer anew each time is not one of the training's.
"""

import ast
import linecache
import sys
from collections.abc import Iterator, Sequence
from functools import lru_cache
from types import FrameType
from typing import Any

from probes.riding.expressions import UnknownError, called_name, value

Line = tuple[str, int]  # a file, and a line in it
Loop = ast.For | ast.AsyncFor | ast.While
ONE_BY_ONE = {"enumerate", "tqdm", "track", "iter", "list", "reversed"}  # what goes round as often as what it is given
FUNCTIONS = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | ast.ClassDef


def here() -> list[Line]:
    """The lines that this thread stands in, from the innermost outwards to the script's first."""
    return [(frame.f_code.co_filename, frame.f_lineno) for frame in frames()]


def frames() -> Iterator[FrameType]:
    """Those of this thread, from here outwards to that of the script itself."""
    frame: FrameType | None = sys._getframe(1)
    while frame is not None:
        yield frame
        if frame.f_code.co_name == "<module>" and frame.f_globals is vars(sys.modules["__main__"]):
            return
        frame = frame.f_back


def steps(of: Sequence[FrameType], made: Sequence[Line], steps_per_epoch: int) -> int | None:
    """Steps of the training that these frames are in the midst of; None where its loops cannot be counted.

    Parameters
    ----------
    of : from the innermost outwards
    made : the lines in which its optimizer was made
    steps_per_epoch : of the script's DataLoader; 0 where that is not known
    """
    count, found = 1, False
    try:
        for frame in of:
            home = frame.f_globals.get("__name__", "").partition(".")[0]
            for loop in [] if home in ("torch", "probes") else around(frame.f_code.co_filename, frame.f_lineno):
                if not any(loop in around(*line) for line in made if line[0] == frame.f_code.co_filename):
                    count, found = count * rounds(loop, frame, steps_per_epoch), True
    except UnknownError:
        return None
    return count if found and count > 0 else None


def around(file: str, line: int) -> list[Loop]:
    """The loops that a line stands in, within its function.

    Raises
    ------
    UnknownError
        The source is not there.
    """
    inside: list[Loop] = []
    node: ast.AST | None = parsed(file)
    if node is None:
        raise UnknownError
    while node is not None:
        if isinstance(node, FUNCTIONS):
            inside = []
        elif isinstance(node, Loop) and any(holds(part, line) for part in node.body):
            inside.append(node)
        node = next((child for child in ast.iter_child_nodes(node) if holds(child, line)), None)
    return inside


def holds(node: ast.AST, line: int) -> bool:
    """Whether the line is one of this node's."""
    return getattr(node, "lineno", line + 1) <= line <= (getattr(node, "end_lineno", None) or 0)


@lru_cache(maxsize=64)
def parsed(file: str) -> ast.Module | None:
    """A source file; None where there is none, or none of Python's."""
    try:
        return ast.parse("".join(lines)) if (lines := linecache.getlines(file)) else None
    except (SyntaxError, ValueError):
        return None


def rounds(loop: Loop, frame: FrameType, steps_per_epoch: int) -> int:
    """How often a loop goes round.

    Raises
    ------
    UnknownError
        It cannot be told.
    """
    if isinstance(loop, ast.While):
        raise UnknownError
    over = loop.iter
    while isinstance(over, ast.Call) and called_name(over) in ONE_BY_ONE and over.args:
        over = over.args[0]
    if isinstance(over, ast.Call) and called_name(over) in ("range", "trange"):
        numbers = [value(arg, frame) for arg in over.args]
        if not numbers or not all(isinstance(number, int) for number in numbers):
            raise UnknownError
        return len(range(*numbers))
    if isinstance(over, ast.Call) and called_name(over).endswith("DataLoader"):
        return epoch(steps_per_epoch)
    return length(value(over, frame), steps_per_epoch)


def length(what: Any, steps_per_epoch: int) -> int:
    """How often a loop over this goes round; once where it is over names, as of phases, of which one trains."""
    import torch.utils.data

    if isinstance(what, torch.utils.data.DataLoader):
        return epoch(steps_per_epoch)
    if isinstance(what, list | tuple | dict | set) and what and all(isinstance(item, str) for item in what):
        return 1
    if isinstance(what, list | tuple | range | torch.Tensor) or type(what).__module__ == "numpy":
        return len(what)
    raise UnknownError


def epoch(steps_per_epoch: int) -> int:
    """The steps of one, which must be known."""
    if not steps_per_epoch:
        raise UnknownError
    return steps_per_epoch
