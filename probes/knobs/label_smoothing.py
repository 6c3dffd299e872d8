"""The label smoothing of torch's cross entropy, in training alone: what is held out is scored without."""

from typing import Any

from probes.knobs import number


def parse(text: str) -> float:
    """From 0 to 1."""
    return number("label_smoothing", text, 0.0, 0.99)


def turn(value: float, hooks: Any, steps: int | None) -> None:
    """In place of what it is called with."""
    import torch

    def smoothed(original: Any, *args: Any, **options: Any) -> Any:
        if torch.is_grad_enabled() and not hooks.evaluating:
            options["label_smoothing"] = value
            args = args[:7]  # which it would be the eighth of
        return original(*args, **options)

    hooks.replace(torch.nn.functional, "cross_entropy", smoothed)
