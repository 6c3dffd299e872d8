"""Whether a Python file is a `model.py` or a script that trains, from its text alone: nothing of it is run to find out."""

import ast
from pathlib import Path

from advisor.errors import AdvisorError
from probes.model_file import CONTRACT, found
from probes.ranks import RankedScript
from probes.recipe import ModelFile
from probes.script import Script


def recipe_of(path: Path, arguments: tuple[str, ...] = (), seed: int = 0, ranks: int = 1) -> ModelFile | Script | RankedScript:
    """How to make the training that this file holds.

    Raises
    ------
    AdvisorError
        There is no such file, or it does not train by itself and is to on several ranks.
    """
    path = found(path)
    script = bool(arguments) or not is_model_file(path.read_bytes())
    if ranks > 1:
        if not script:
            raise AdvisorError(f"{path.name} holds a model; only a script that trains can be probed on several ranks (--ranks).")
        return RankedScript(path, arguments, seed, ranks)
    return Script(path, arguments, seed) if script else ModelFile(path, seed)


def is_model_file(source: bytes) -> bool:
    """Whether it defines model, dataset or loss at its top level, and does not train there by itself.

    A part of the contract that is missing is for `model_file` to name; what cannot be parsed is for Python to complain about.
    """
    try:
        body = ast.parse(source).body
    except (SyntaxError, ValueError):
        return False
    defined = {name for statement in body for name in names(statement)}
    return len(defined & CONTRACT.keys()) >= 2 and not any(steps(statement) for statement in body)


def names(statement: ast.stmt) -> set[str]:
    """The names a statement at the top level defines, as a function or by giving them a value."""
    if isinstance(statement, ast.FunctionDef | ast.ClassDef):
        return {statement.name}
    if isinstance(statement, ast.Import | ast.ImportFrom):
        return {alias.asname or alias.name for alias in statement.names}
    targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target] if isinstance(statement, ast.AnnAssign) else []
    return {target.id for target in targets if isinstance(target, ast.Name)}


def steps(statement: ast.stmt) -> bool:
    """Whether it is a loop or a call at the top level that takes optimizer steps or calls backward."""
    if isinstance(statement, ast.FunctionDef | ast.ClassDef):
        return False
    calls = (node.func for node in ast.walk(statement) if isinstance(node, ast.Call))
    return any(isinstance(call, ast.Attribute) and call.attr in ("backward", "step", "fit", "train") for call in calls)
