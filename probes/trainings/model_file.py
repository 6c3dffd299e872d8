"""A `model.py` read from disk: what it defines, checked against the contract, one sentence for each way it can be wrong."""

import importlib.util
import math
import sys
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any

from advisor.errors import AdvisorError, closest
from probes.hooks.own_modules import give_way

CONTRACT = {
    "model": "def model() that returns a torch.nn.Module",
    "dataset": "def dataset() that returns a Dataset of (input, target), or (training set, validation set)",
    "loss": "def loss(output, target) that returns a scalar tensor",
}


def need_torch() -> None:
    """Make sure that PyTorch is installed, without importing it.

    Raises
    ------
    AdvisorError
        It is not; the sentence says how to install it for this Python.
    """
    if importlib.util.find_spec("torch") is None:
        raise AdvisorError(f"probe trains your model and needs PyTorch: pip install torch (for {sys.executable})")


@contextmanager
def imported(path: Path) -> Iterator[ModuleType]:
    """The module of this file, under a private name; its folder is importable inside the block and nothing is written to it.

    Raises
    ------
    AdvisorError
        The file is missing, cannot be imported, or lacks a part of the contract.
    """
    path = existing_file(path)
    before = list(sys.path), sys.dont_write_bytecode
    name = f"_probed_{path.stem}"
    sys.path.insert(0, str(path.parent))
    sys.dont_write_bytecode = True
    give_way()
    try:
        yield complete(execute(path, name), path)
    finally:
        sys.path[:], sys.dont_write_bytecode = before
        sys.modules.pop(name, None)


def existing_file(path: Path) -> Path:
    """The file's absolute path, with links resolved.

    Raises
    ------
    AdvisorError
        It is a folder, or there is no such file; the sentence names the nearest one beside it.
    """
    path = Path(path)
    if path.is_file():
        return path.resolve()
    if path.is_dir():
        raise AdvisorError(f"{path} is a folder; probe reads one Python file, such as {path / 'model.py'}.")
    beside = sorted(p.name for p in path.parent.glob("*.py")) if path.parent.is_dir() else []
    near = closest(path.name, beside)
    hint = f"did you mean {path.parent / near[0]}?" if near else f"Python files there: {', '.join(beside[:8]) or 'none'}."
    raise AdvisorError(f"There is no file {path}; {hint}")


def execute(path: Path, name: str) -> ModuleType:
    """Run the file as a module of this name, which stays in `sys.modules`.

    Raises
    ------
    AdvisorError
        The file is no Python source, raises while it is imported, or ends Python.
    """
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise AdvisorError(f"{path} is not a Python file; probe reads one that defines model(), dataset() and loss(output, target).")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module  # dataclasses and pickling look their module up there
    with reporting_errors(path, "could not be imported"):
        spec.loader.exec_module(module)
    return module


def complete(module: ModuleType, path: Path) -> ModuleType:
    """The module as it came, once every part of `CONTRACT` is there and can be called.

    Raises
    ------
    AdvisorError
        A part is missing; the sentence names each.
    """
    if missing := [name for name in CONTRACT if not callable(getattr(module, name, None))]:
        raise AdvisorError(f"{path} lacks {' and '.join(missing)}: probe needs {'; and '.join(CONTRACT[name] for name in missing)}.")
    return module


@contextmanager
def reporting_errors(path: Path, what: str) -> Iterator[None]:
    """Turn whatever the user's code raises into one sentence with the exception and the last line of their file it came through.

    Raises
    ------
    AdvisorError
        The block raised an exception or asked Python to exit; one that is an AdvisorError already passes as it is, Ctrl-C too.
    """
    try:
        yield
    except AdvisorError:
        raise
    except (Exception, SystemExit) as error:
        raise AdvisorError(f"{path} {what}: {reason(error, path)}.") from error


def reason(error: BaseException, path: Path) -> str:
    """The exception, and where in the file it came from if it came from there."""
    frames = [f.lineno for f in traceback.extract_tb(error.__traceback__) if Path(f.filename) == path]
    line = error.lineno if isinstance(error, SyntaxError) and error.filename == str(path) else frames[-1] if frames else None
    message = error.msg if isinstance(error, SyntaxError) else " ".join(str(error).split())
    return f"{type(error).__name__}: {message[:300].rstrip('.')}" + (f" (line {line})" if line else "")


def number(module: ModuleType, name: str, default: float, path: Path, kind: Callable[[Any], Any] = float) -> Any:
    """The module's optional setting as a positive number, made by `kind`; `default` where the module has none.

    Raises
    ------
    AdvisorError
        It is no number, not positive, infinite or NaN, or not whole where `kind` is int.
    """
    value = getattr(module, name, default)
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 < value < math.inf or kind(value) != value:
        raise AdvisorError(f"{name} in {path} is {value!r}; it must be a positive {'whole ' if kind is int else ''}number.")
    return kind(value)
