"""Every DataLoader of torch's as it is made: its arguments by name, to be changed."""

import inspect
from collections.abc import Callable
from typing import Any


def each_loader(hooks: Any, change: Callable[[dict[str, Any]], None]) -> None:
    """Let `change` edit the arguments, by name, of each one that is made from now on, as far as they were given."""
    from torch.utils.data import DataLoader

    signature = inspect.signature(DataLoader.__init__)

    def make(original: Callable, loader: Any, *args: Any, **options: Any) -> None:
        given = dict(signature.bind(loader, *args, **options).arguments)
        given.pop("self", None)
        change(given)
        original(loader, **given)

    hooks.replace(DataLoader, "__init__", make)
