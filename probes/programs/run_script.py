"""Runs a training script as Python itself would: as `__main__`, with its arguments, its folder first on the path.

A module is run as under `python -m`, the current folder first; a notebook as Jupyter runs it, in its folder.
"""

import builtins
import os
import sys
from collections.abc import Callable, Iterator
from importlib.machinery import SourceFileLoader
from importlib.util import find_spec
from pathlib import Path
from types import CodeType, ModuleType

from probes.hooks.own_modules import give_way
from probes.programs import notebook
from probes.programs.program import Program


def execute(program: Program) -> None:
    """Run the program, by its path as it was named, or as its module, to its end; whatever it raises comes out."""
    path, module = program.path, program.module
    whole = path.resolve()
    main = main_module(str(path.absolute()))
    if whole.suffix == notebook.SUFFIX:
        os.chdir(whole.parent)
        main.__dict__["display"] = print
    sys.argv[:] = [str(path.absolute() if module else path), *program.arguments]
    if not sys.flags.safe_path:
        sys.path[0] = os.getcwd() if module else str(whole.parent)
    sys.modules["__main__"] = main
    give_way()
    if module:
        spec = find_spec(module)  # which imports the packages that it lies in
        spec = find_spec(f"{module}.__main__") if spec is not None and spec.submodule_search_locations else spec
        main.__spec__, main.__package__ = spec, spec.parent if spec is not None else ""
    for code in codes(whole):
        exec(code, main.__dict__)


def main_module(file: str) -> ModuleType:
    """An empty `__main__` of this file."""
    main = ModuleType("__main__")
    main.__dict__.update(__file__=file, __builtins__=builtins, __cached__=None, __annotations__={})
    main.__loader__ = SourceFileLoader("__main__", file)
    return main


def codes(whole: Path) -> Iterator[CodeType]:
    """The code of the file, that of a notebook cell by cell."""
    if whole.suffix == notebook.SUFFIX:
        yield from notebook.cells(whole)
    else:
        yield compile(whole.read_bytes(), str(whole), "exec", dont_inherit=True)


def run_as_main(program: Program, failed: Callable[[BaseException], object] = lambda _: None) -> int:
    """Run the program to its end; the status Python would end with.

    An exception is shown as Python shows it, without a line of ours, after `failed` was called with it.
    """
    try:
        execute(program)
    except SystemExit as end:
        return status(end.code)
    except BaseException as error:
        trace = error.__traceback__
        for _ in range(2):  # this function and the one that executes
            trace = trace and trace.tb_next
        failed(error.with_traceback(trace))
        sys.excepthook(type(error), error, trace)
        return 130 if isinstance(error, KeyboardInterrupt) else 1
    return 0


def status(code: object) -> int:
    """As Python reads the argument of `sys.exit`."""
    if code is None or isinstance(code, int):
        return int(code or 0)
    print(code, file=sys.stderr)
    return 1
