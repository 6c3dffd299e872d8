"""Modules that lie beside the user's script and have the names of others that we import: both live side by side.

`python train.py` would give the script its own `probes`, or its own `queue.py`, and us none of them. So where a name is there twice, ours
is taken out of `sys.modules` before the script begins, and is put there again for as long as code imports that is ours or was there before.
"""

import builtins
import os
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.machinery import PathFinder
from types import ModuleType
from typing import Any

OURS = ("advisor", "probes")
ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
HOMES = tuple(os.path.join(ROOT, name, "") for name in OURS)
BARE: frozenset[str] | None = None  # what Python itself had imported at its start; None where this process is not one of ours
TWICE: set[str] = set()  # names that are there twice
HIDDEN: dict[str, ModuleType] = {}  # the modules of these names that are not the script's
EARLIER: set[int] = set()  # ids of the globals of modules that were there before the script
LOCK = threading.RLock()
IMPORT = builtins.__import__


def give_way() -> None:
    """Let the user's code import what `python` would give it; to be called when the script's folder is first on the path."""
    if BARE is None or EARLIER:  # a script that is run again has what it had
        return
    _remember({name: module for name, module in sys.modules.items() if name != "__main__"})
    python = {name.partition(".")[0] for name in BARE}
    beside = [] if sys.flags.safe_path else os.listdir(sys.path[0])
    TWICE.update(name for name in {entry.partition(".")[0] for entry in beside} - python - {""} if _is_there_twice(name))
    TWICE.update(name for name in OURS if _is_another(name, PathFinder.find_spec(name)))
    HIDDEN.update(_taken_out())
    if TWICE:
        builtins.__import__ = _imported


def _is_there_twice(name: str) -> bool:
    """Whether a module of this name lies in the script's folder, and another one is loaded or is elsewhere on the path."""
    spec = PathFinder.find_spec(name, sys.path[:1])
    if spec is None or spec.loader is None:  # a folder of other things
        return False
    return _is_another(name, spec) if name in sys.modules else PathFinder.find_spec(name, sys.path[1:]) is not None


def _is_another(name: str, spec: Any) -> bool:
    """Whether what was found is another module than the one of this name that is loaded."""
    loaded = getattr(sys.modules.get(name), "__spec__", None)
    if spec is None or spec.loader is None:
        return False
    return not (loaded and loaded.origin and spec.origin) or os.path.realpath(spec.origin) != os.path.realpath(loaded.origin)


@contextmanager
def before_the_script() -> Iterator[None]:
    """A block in which names mean what they meant before the script began."""
    if not TWICE:
        yield
        return
    with LOCK:
        theirs, path = _taken_out(), sys.path[:]
        sys.modules.update(HIDDEN)
        del sys.path[: not sys.flags.safe_path]
        try:
            yield
        finally:
            HIDDEN.update(_taken_out())
            _remember(HIDDEN)
            sys.modules.update(theirs)
            sys.path[:] = path


def _remember(modules: Mapping[str, ModuleType]) -> None:
    EARLIER.update(id(module.__dict__) for module in modules.values() if hasattr(module, "__dict__"))


def _taken_out() -> dict[str, ModuleType]:
    """The modules of the names that are there twice, taken out of `sys.modules`."""
    return {name: sys.modules.pop(name) for name in list(sys.modules) if name.partition(".")[0] in TWICE}


def _imported(name: str, globals: Mapping[str, Any] | None = None, locals: Any = None, fromlist: Any = (), level: int = 0) -> Any:
    """In place of Python's own `__import__`."""
    whole = f"{(globals or {}).get('__package__')}.{name}" if level else name
    ours = globals is not None and str(globals.get("__file__")).startswith(HOMES)
    twice = whole.partition(".")[0] in TWICE
    if (ours and (twice or whole not in sys.modules)) or (twice and id(globals) in EARLIER):
        with before_the_script():
            return IMPORT(name, globals, locals, fromlist, level)
    return IMPORT(name, globals, locals, fromlist, level)
