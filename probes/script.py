"""Runs a training script as Python itself would: as `__main__`, with its arguments, its folder first on the path."""

import sys
from pathlib import Path
from types import ModuleType

from advisor.errors import AdvisorError


def found(path: Path) -> Path:
    """The script's absolute path.

    Raises
    ------
    AdvisorError
        There is no such file, or it is no Python.
    """
    path = Path(path)
    if not path.is_file():
        what = "is a folder" if path.is_dir() else "does not exist"
        raise AdvisorError(f"{path} {what}; name the Python file that trains, and after it its arguments: train.py --epochs 3")
    return path.resolve()


def run_as_main(path: Path, arguments: list[str]) -> int:
    """Run the script to its end; the status Python would end with.

    An exception is shown as Python shows it, without a line of ours.
    """
    main = ModuleType("__main__")
    main.__dict__.update(__file__=str(path), __builtins__=__builtins__, __cached__=None)
    sys.argv[:] = [str(path), *arguments]
    sys.path[0] = str(path.parent)
    sys.modules["__main__"] = main
    try:
        exec(compile(path.read_bytes(), str(path), "exec", dont_inherit=True), main.__dict__)
    except SystemExit as end:
        return status(end.code)
    except BaseException as error:
        trace = error.__traceback__
        sys.excepthook(type(error), error.with_traceback(trace and trace.tb_next), trace and trace.tb_next)
        return 130 if isinstance(error, KeyboardInterrupt) else 1
    return 0


def status(code: object) -> int:
    """As Python reads the argument of `sys.exit`."""
    if code is None or isinstance(code, int):
        return int(code or 0)
    print(code, file=sys.stderr)
    return 1
