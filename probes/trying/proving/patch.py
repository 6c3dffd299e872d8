"""The change written into the script: a unified diff where the value stands there as a literal, and nothing where it does not.

What is looked for is a default of argparse's, a keyword of what is called, as `lr=0.1` of an optimizer, and a name that is given a number
at the top of the file. The script itself is never written.
"""

import ast
import difflib
import io
from collections.abc import Iterator, Sequence
from pathlib import Path

from advisor.signals.hparams import HPARAMS
from probes.knobs.optimizer import NAMES
from probes.trying.change import Setting

NO_END = "\\ No newline at end of file\n"  # as diffs say it


def patch(script: Path, settings: Sequence[Setting]) -> str:
    """A diff that makes every setting permanent and leaves a file that can be parsed; empty where one stands nowhere, or twice.

    It is also empty for a script that cannot be read any more, is no UTF-8, or has lines that no tool takes for such.
    """
    try:
        before = after = script.read_bytes().decode("utf-8")
    except (OSError, UnicodeDecodeError):
        return ""
    if "\r" in before.replace("\r\n", ""):
        return ""
    for one in settings:
        places = list(found(after, one))
        if len(places) != 1:
            return ""
        after = written(after, places[0], repr(one.value))
    if parsed(after) is None:
        return ""
    name = script.name
    lines = difflib.unified_diff(lines_of(before), lines_of(after), f"a/{name}", f"b/{name}")
    return "".join(line if line.endswith("\n") else f"{line}\n{NO_END}" for line in lines)


def parsed(source: str) -> ast.Module | None:
    """The tree of a script that may begin with a mark; None where it is none."""
    try:
        return ast.parse(source.removeprefix("\ufeff"))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def lines_of(source: str) -> list[str]:
    """The lines with their ends, as Python and `patch` count them: a form feed ends none."""
    return io.StringIO(source, newline="\n").readlines()


def found(source: str, one: Setting) -> Iterator[ast.Constant]:
    """Where its value stands: in an option's default where there is one, else in a name of the file's, else in a keyword of a call."""
    if (tree := parsed(source)) is None:
        return
    names = spelled(one)
    for kind in (defaults, assigned, keywords):
        places = [place for place in kind(tree, names) if isinstance(place, ast.Constant) and type(place.value) in (int, float, str)]
        if places:
            yield from places
            return


def spelled(one: Setting) -> set[str]:
    """The names that it may go by in a script."""
    own = one.name.lstrip("-").replace("-", "_").lower()
    known = next(((name, *it.aliases) for name, it in HPARAMS.items() if own == name or own in it.aliases), (own,))
    return {own} if one.argument else {own, *known}


def defaults(tree: ast.AST, names: set[str]) -> Iterator[ast.expr]:
    """Of add_argument("--lr", default=0.1)."""
    for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
        options = [a.value for a in call.args if isinstance(a, ast.Constant) and isinstance(a.value, str)]
        if getattr(call.func, "attr", "") == "add_argument" and any(o.lstrip("-").replace("-", "_").lower() in names for o in options):
            yield from (keyword.value for keyword in call.keywords if keyword.arg == "default")


def assigned(tree: ast.AST, names: set[str]) -> Iterator[ast.expr]:
    """Of LEARNING_RATE = 0.1, at the top of the file."""
    for node in getattr(tree, "body", ()):
        if isinstance(node, ast.Assign) and any(isinstance(target, ast.Name) and target.id.lower() in names for target in node.targets):
            yield node.value


def keywords(tree: ast.AST, names: set[str]) -> Iterator[ast.expr]:
    """Of SGD(model.parameters(), lr=0.1); momentum is also a normalization's."""
    for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
        if "momentum" not in names or getattr(call.func, "attr", getattr(call.func, "id", "")) in NAMES:
            yield from (keyword.value for keyword in call.keywords if keyword.arg and keyword.arg.lower() in names)


def written(source: str, place: ast.Constant, value: str) -> str:
    """The source with another value in this place."""
    lines = lines_of(source)
    line = lines[place.lineno - 1].encode()
    lines[place.lineno - 1] = (line[: place.col_offset] + value.encode() + line[place.end_col_offset :]).decode()
    return "".join(lines)
