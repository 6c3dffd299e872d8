"""A notebook as a program: its code cells one after the other, what only IPython understands left out."""

import json
import linecache
import re
from collections.abc import Iterator
from pathlib import Path
from types import CodeType

from advisor.errors import AdvisorError

SUFFIX, PYTHON = ".ipynb", "python"
COMMAND = re.compile(r"^(\s*)(?:[%!?].*|\w[\w.]*\?{1,2}\s*)$")  # %matplotlib inline, !pip install, ?help, help?
TIMED = re.compile(r"^(\s*)%(?:time|timeit|prun)\s+(?=[\w(])")  # %time train()
KEPT = {"time", "timeit", "capture", "prun"}  # cell magics around code that is Python all the same


def cells(path: Path) -> Iterator[CodeType]:
    """The code of each cell; in a traceback it is named by its number among the code cells.

    Raises
    ------
    AdvisorError
        The file is no notebook, or none of Python.
    SyntaxError
        A cell is neither Python nor a command of IPython's that can be left out.
    """
    for number, source in enumerate(sources(path), 1):
        name, plain = f"{path.name} cell {number}", python_of(source)
        linecache.cache[name] = (len(plain), None, plain.splitlines(keepends=True), name)
        yield compile(plain, name, "exec", dont_inherit=True)


def python_of(source: str) -> str:
    """The cell without IPython's own commands; its other lines keep their numbers."""
    first, _, rest = source.partition("\n")
    if first.startswith("%%"):
        return python_of(f"\n{rest}") if first[2:].split()[:1] and first[2:].split()[0] in KEPT else ""
    return "\n".join(COMMAND.sub(r"\1pass", TIMED.sub(r"\1", line)) for line in source.split("\n"))


def sources(path: Path) -> list[str]:
    """The text of each code cell.

    Raises
    ------
    AdvisorError
        The file is no notebook, or none of Python.
    """
    try:
        told = json.loads(path.read_bytes())
        found = ["".join(cell["source"]) for cell in told["cells"] if cell["cell_type"] == "code"]
        language = str(told.get("metadata", {}).get("kernelspec", {}).get("language", PYTHON))
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        raise AdvisorError(f"{path} is no Jupyter notebook of format 4.") from None
    if not language.lower().startswith(PYTHON):
        raise AdvisorError(f"{path} is written in {language}, and no Python can run it.")
    return found
