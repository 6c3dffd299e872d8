"""The modules and parameters of a script, found from its optimizers alone."""

import gc
from typing import Any


def roots(parameters: list[Any]) -> list[Any]:
    """The modules that hold any of these parameters and are part of no other that does, in the order of the parameters."""
    import torch

    wanted = {id(p): i for i, p in reversed(list(enumerate(parameters)))}
    modules = [it for it in gc.get_objects() if issubclass(type(it), torch.nn.Module)]
    first = {id(m): min((wanted[id(p)] for p in m.parameters() if id(p) in wanted), default=None) for m in modules}
    held = [m for m in modules if first[id(m)] is not None]
    parts = {id(part) for m in held for part in m.modules() if part is not m}
    return sorted((m for m in held if id(m) not in parts), key=lambda m: (first[id(m)], type(m).__name__))


def parameters_of(optimizers: list[Any]) -> list[Any]:
    """Every parameter of these optimizers once, in the order of the optimizers and of their groups."""
    found = {id(p): p for optimizer in optimizers for group in optimizer.param_groups for p in group["params"]}
    return list(found.values())
