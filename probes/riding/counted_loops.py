"""How long a script's training is, by its own loops: those that its step stands in, and how often each goes round.

    for epoch in range(args.epochs):      epochs times
        for batch in loader:              an epoch's steps each
            step()

What a loop goes over is read off its line and the variables that it names; no function of the script's is called for it. Where one of the
loops cannot be counted, the length is not known. A loop that makes the optimizer anew each time is not one of the training's.
"""

import ast
import linecache
import math
import sys
from collections.abc import Iterator, Sequence
from functools import lru_cache
from types import FrameType
from typing import Any

from probes.riding.expressions import UnknownError, called_name, value

Line = tuple[str, int]  # a file, and a line in it
Loop = ast.For | ast.AsyncFor | ast.While | ast.If
ONE_BY_ONE = {"enumerate", "tqdm", "track", "iter", "list", "reversed"}  # what goes round as often as what it is given
NOW_AND_THEN = -1  # rounds of a branch: a script that accumulates has one, whose steps an epoch are known
FUNCTIONS = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | ast.ClassDef


class Epoch(int):
    """The steps of one."""


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
    try:
        counts = [rounds(loop, frame, steps_per_epoch) for frame in of for loop in loops_of(frame, made)]
    except UnknownError:
        return None
    if NOW_AND_THEN in counts and not any(isinstance(count, Epoch) for count in counts):
        return None
    return math.prod(count for count in counts if count != NOW_AND_THEN) or None if counts else None


def loops_of(frame: FrameType, made: Sequence[Line]) -> list[Loop]:
    """Those that a frame stands in, but in none of which the optimizer was made; PyTorch's and ours are not the script's."""
    file, home = frame.f_code.co_filename, frame.f_globals.get("__name__", "").partition(".")[0]
    if home in ("torch", "probes"):
        return []
    outside = [loop for line in made if line[0] == file for loop in around(*line)]
    return [loop for loop in around(file, frame.f_lineno) if loop not in outside]


def around(file: str, line: int) -> list[Loop]:
    """The loops that a line stands in, within its function, and what lets it be in some of their rounds alone: `if i % 4 == 0`.

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
        elif isinstance(node, Loop) and any(holds(part, line) for part in node.body) and goes_round(node):
            inside.append(node)
        node = next((child for child in ast.iter_child_nodes(node) if holds(child, line)), None)
    return inside


def goes_round(node: Loop) -> bool:
    """Whether it is a loop, or a branch that is taken where a remainder says so."""
    return not isinstance(node, ast.If) or any(isinstance(part, ast.Mod) for part in ast.walk(node.test))


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
    if isinstance(loop, ast.If):
        return NOW_AND_THEN
    if isinstance(loop, ast.While):
        return counted_up(loop, frame)
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


def counted_up(loop: ast.While, frame: FrameType) -> int:
    """How often it goes round while a number is less than another, where each round adds one to it."""
    test = loop.test
    if not isinstance(test, ast.Compare) or len(test.ops) != 1 or not isinstance(test.ops[0], ast.Lt | ast.LtE):
        raise UnknownError
    adds = [part for part in loop.body if isinstance(part, ast.AugAssign) and isinstance(part.op, ast.Add)]
    if not any(ast.unparse(part.target) == ast.unparse(test.left) and ast.unparse(part.value) == "1" for part in adds):
        raise UnknownError
    most = value(test.comparators[0], frame)
    if not isinstance(most, int):
        raise UnknownError
    return most + isinstance(test.ops[0], ast.LtE)


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
    return Epoch(steps_per_epoch)
