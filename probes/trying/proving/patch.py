"""The change written into the script: a unified diff where the value stands there as a literal, and nothing where it does not.

What is looked for is a default of argparse's, a keyword of what is called, as `lr=0.1` of an optimizer, and a name that is given a number
at the top of the file. The script itself is never written.
"""

import ast
import difflib
from collections.abc import Iterator, Sequence
from pathlib import Path

from advisor.signals.hparams import HPARAMS
from probes.knobs.optimizer import NAMES
from probes.trying.change import Setting


def patch(script: Path, settings: Sequence[Setting]) -> str:
    """A diff that makes every setting permanent and leaves a file that can be parsed; empty where one stands nowhere, or twice."""
    before = after = script.read_text(encoding="utf-8")
    for one in settings:
        places = list(found(after, one))
        if len(places) != 1:
            return ""
        after = written(after, places[0], repr(one.value))
    try:
        ast.parse(after)
    except SyntaxError:
        return ""
    name = script.name
    return "".join(difflib.unified_diff(before.splitlines(keepends=True), after.splitlines(keepends=True), f"a/{name}", f"b/{name}"))


def found(source: str, one: Setting) -> Iterator[ast.Constant]:
    """Where its value stands: in an option's default where there is one, else in a name of the file's, else in a keyword of a call."""
    try:
        tree = ast.parse(source)
    except SyntaxError:
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
    lines = source.splitlines(keepends=True)
    line = lines[place.lineno - 1].encode()
    lines[place.lineno - 1] = (line[: place.col_offset] + value.encode() + line[place.end_col_offset :]).decode()
    return "".join(lines)
