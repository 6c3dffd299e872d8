"""Runs a training script as Python itself would: as `__main__`, with its arguments, its folder first on the path."""

import builtins
import sys
from importlib.machinery import SourceFileLoader
from pathlib import Path
from types import ModuleType

from probes.hooks.own_modules import give_way


def execute(path: Path, arguments: list[str]) -> None:
    """Run the script, by its path as it was named, to its end; whatever it raises comes out."""
    main, whole, name = ModuleType("__main__"), path.resolve(), str(path.absolute())
    main.__dict__.update(__file__=name, __builtins__=builtins, __cached__=None, __annotations__={})
    main.__loader__ = SourceFileLoader("__main__", name)
    sys.argv[:] = [str(path), *arguments]
    if not sys.flags.safe_path:
        sys.path[0] = str(whole.parent)
    sys.modules["__main__"] = main
    give_way()
    exec(compile(whole.read_bytes(), str(whole), "exec", dont_inherit=True), main.__dict__)


def run_as_main(path: Path, arguments: list[str]) -> int:
    """Run the script to its end; the status Python would end with.

    An exception is shown as Python shows it, without a line of ours.
    """
    try:
        execute(path, arguments)
    except SystemExit as end:
        return status(end.code)
    except BaseException as error:
        trace = error.__traceback__
        for _ in range(2):  # this function and the one that executes
            trace = trace and trace.tb_next
        sys.excepthook(type(error), error.with_traceback(trace), trace)
        return 130 if isinstance(error, KeyboardInterrupt) else 1
    return 0


def status(code: object) -> int:
    """As Python reads the argument of `sys.exit`."""
    if code is None or isinstance(code, int):
        return int(code or 0)
    print(code, file=sys.stderr)
    return 1
