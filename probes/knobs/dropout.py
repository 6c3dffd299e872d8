"""The rate of every dropout module of torch's that the script makes."""

from typing import Any

from probes.knobs import number


def parse(text: str) -> float:
    """From 0 to 1."""
    return number("dropout", text, 0.0, 0.99)


def turn(value: float, hooks: Any, steps: int | None) -> None:
    """In place of what each is made with."""
    from torch.nn.modules.dropout import _DropoutNd

    def make(original: Any, module: Any, *args: Any, **options: Any) -> None:
        original(module, *args, **options)
        module.p = value

    hooks.replace(_DropoutNd, "__init__", make)
