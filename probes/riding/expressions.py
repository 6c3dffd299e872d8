"""What an expression in a script's source stands for, where it is under way: numbers, variables, what they keep, and their lengths.

Nothing of the script's is called for it, and no property of its objects is asked.
"""

import ast
from collections.abc import Mapping, Sized
from types import FrameType
from typing import Any


class UnknownError(Exception):
    """It cannot be told."""


def value(node: ast.AST, frame: FrameType) -> Any:
    """What an expression of constants, variables, attributes and lengths stands for in this frame.

    Raises
    ------
    UnknownError
        It is another expression, or there is no such thing.
    """
    match node:
        case ast.Constant():
            return node.value
        case ast.Name():
            return looked_up(frame.f_locals, node.id, frame.f_globals)
        case ast.Attribute():
            return attribute(value(node.value, frame), node.attr)
        case ast.List() | ast.Tuple():
            return [value(item, frame) for item in node.elts]
        case ast.Subscript() if isinstance(inside := value(node.value, frame), dict | list | tuple):
            return item_of(inside, value(node.slice, frame))
        case ast.BinOp():
            return arithmetic(node.op, value(node.left, frame), value(node.right, frame))
        case ast.Call() if not node.keywords:
            return called(node, [value(arg, frame) for arg in node.args], frame)
    raise UnknownError


def called_name(call: ast.Call) -> str:
    """What is called, by its last name."""
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


def looked_up(names: Mapping[str, Any], name: str, beyond: Mapping[str, Any]) -> Any:
    """A variable."""
    if name not in names and name not in beyond:
        raise UnknownError
    return names[name] if name in names else beyond[name]


def attribute(of: Any, name: str) -> Any:
    """One that is kept, in the object or its class: nothing is computed for it."""
    for inside in (getattr(of, "__dict__", {}), *(vars(kind) for kind in type(of).__mro__)):
        if name in inside and not hasattr(inside[name], "__get__"):
            return inside[name]
    if name == "shape" and type(of).__module__.partition(".")[0] in ("torch", "numpy"):
        return tuple(of.shape)
    raise UnknownError


def item_of(inside: Any, key: Any) -> Any:
    """What a container holds there."""
    try:
        return inside[key]
    except (LookupError, TypeError):
        raise UnknownError from None


def arithmetic(operator: ast.operator, left: Any, right: Any) -> int:
    """Of whole numbers."""
    if not isinstance(left, int) or not isinstance(right, int):
        raise UnknownError
    match operator:
        case ast.Add():
            return left + right
        case ast.Sub():
            return left - right
        case ast.Mult():
            return left * right
        case ast.FloorDiv() if right:
            return left // right
    raise UnknownError


def called(call: ast.Call, given: list[Any], frame: FrameType) -> int:
    """What `len`, `int`, or a tensor's `size` gives."""
    import torch

    name = called_name(call)
    if isinstance(call.func, ast.Attribute):
        of = value(call.func.value, frame)
        if name == "size" and isinstance(of, torch.Tensor) and len(given) == 1:
            return item_of(tuple(of.shape), given[0])
    elif len(given) == 1 and name == "int" and isinstance(given[0], int | float):
        return int(given[0])
    elif len(given) == 1 and name == "len" and isinstance(given[0], Sized):
        return len(given[0])
    raise UnknownError
