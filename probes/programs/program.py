"""The program that a user starts: a file, or a module by its dotted name as under `python -m`, and its arguments."""

import sys
from dataclasses import dataclass, field
from importlib.machinery import PathFinder
from pathlib import Path

from advisor.errors import AdvisorError


@dataclass(frozen=True)
class Program:
    """What is run, and how it is started.

    Attributes
    ----------
    path : Path
        The file, as it was named; a module's where it lies.
    arguments : tuple of str
        Its own.
    module : str
        The dotted name that it is run as; empty where it is run as a file.
    ranks : int or None
        How many processes it trains in, where its launcher was told.
    environment : dict of str to str
        Variables that stood before it or that its launcher sets.
    launcher : tuple of str
        What starts it in several processes, as `python -m torch.distributed.run --nproc-per-node 2`; empty where nothing does.
    """

    path: Path
    arguments: tuple[str, ...] = ()
    module: str = ""
    ranks: int | None = None
    environment: dict[str, str] = field(default_factory=dict)
    launcher: tuple[str, ...] = ()


def module_file(name: str) -> Path:
    """Where the module of this name lies, seen from the current folder as `python -m` does; nothing of it or of its packages is run.

    Raises
    ------
    AdvisorError
        There is no such module, it is no Python source, or a package that has no `__main__`.
    """
    places = [str(Path.cwd()), *sys.path]
    for part in name.split("."):
        spec = PathFinder.find_spec(part, places) if part else None
        if spec is None:
            raise AdvisorError(f"There is no module {name} to be seen from {Path.cwd()}; go to the folder in which python -m {name} runs.")
        places = list(spec.submodule_search_locations or ())
    if places:
        spec = PathFinder.find_spec("__main__", places)
    if spec is None:
        raise AdvisorError(f"{name} is a package without a __main__.py; name the module in it that trains, as {name}.train.")
    if not spec.origin or not spec.origin.endswith(".py"):
        raise AdvisorError(f"{name} is no module of Python source.")
    return Path(spec.origin)
