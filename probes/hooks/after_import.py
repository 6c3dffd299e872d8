"""Calls back as soon as a module has been imported, by whoever needs it: a script may set up its environment before it imports torch."""

import importlib.util
import sys
from collections.abc import Callable
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any


class After:
    """A meta path finder that sees one module being imported."""

    def __init__(self, name: str, do: Callable[[], Any]):
        self.name, self.do = name, do

    def find_spec(self, name: str, path: Any = None, target: ModuleType | None = None) -> ModuleSpec | None:
        """Asked by Python at each first import: of the awaited module its spec, whose loader calls back once the module ran; else None."""
        if name != self.name:
            return None
        sys.meta_path.remove(self)
        spec = importlib.util.find_spec(name)
        if spec is not None and spec.loader is not None:
            execute = spec.loader.exec_module

            def executed(module: ModuleType) -> None:
                execute(module)
                self.do()

            spec.loader.exec_module = executed  # type: ignore[method-assign]
        return spec


def after_import(name: str, do: Callable[[], Any]) -> None:
    """Call `do` once the module has been imported; now, if it has been."""
    if name in sys.modules:
        do()
    else:
        sys.meta_path.insert(0, After(name, do))
