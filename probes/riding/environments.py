"""Whether a script acts in an environment, as in reinforcement learning: then its data change with its weights.

A lower loss is no better training there: it is that of other data, and the loss itself is often made for its gradient alone.
"""

import ast
import inspect
import sys
import textwrap
from collections.abc import Iterator
from typing import Any

from probes.riding import counted_loops

LIBRARIES = {"gymnasium", "gym", "pettingzoo", "dm_env", "envpool", "procgen", "brax", "vizdoom"}
ANSWERED = 3  # at least: an observation, a reward, and whether it is over


def environment() -> str:
    """The name of its class, where one is at hand in this thread's functions or in the script's file; empty where none is."""
    for thing in at_hand():
        kind = type(thing)
        if is_environment(kind):
            return kind.__name__
    return ""


def at_hand() -> Iterator[Any]:
    """Variables of this thread's functions, of the script's file, and what the objects among them keep."""
    frames = [frame.f_locals for frame in counted_loops.frames()]
    for names in [*frames, vars(sys.modules["__main__"])]:
        for value in list(names.values()):
            yield value
            yield from list(getattr(value, "__dict__", {}).values()) if type(value).__module__ == "__main__" else ()


def is_environment(kind: type) -> bool:
    """Whether it can be reset, and stepped through with an action, as those of the libraries can, and answers with several things."""
    reset, step = (inspect.getattr_static(kind, name, None) for name in ("reset", "step"))
    if not (inspect.isfunction(reset) and inspect.isfunction(step)):
        return False
    homes = {base.__module__.partition(".")[0] for base in kind.__mro__}
    return bool(homes & LIBRARIES) or ("torch" not in homes and answers_with_several(step))


def answers_with_several(step: Any) -> bool:
    """Whether what it returns is written as a tuple of `ANSWERED` or more."""
    try:
        tree = ast.parse(textwrap.dedent(inspect.getsource(step)))
    except (OSError, TypeError, SyntaxError):
        return False
    returned = [node.value for node in ast.walk(tree) if isinstance(node, ast.Return)]
    return any(isinstance(value, ast.Tuple) and len(value.elts) >= ANSWERED for value in returned)
