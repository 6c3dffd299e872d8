"""Which parameters the gradient does not reach, and whether the loss depends on them all the same."""

import math
from collections.abc import Callable
from typing import Any

LAYERS = 3  # fewer have no way to vanish on
MOST = 12  # parameters named one by one


def of_gradients(model, held, backwards: list[Callable[[], None]], loss: Callable[[], float]) -> dict[str, float]:
    """Shares of the parameters' numbers: those frozen, those the optimizer does not hold, those without a gradient.

    Each of `backwards` leaves a minibatch's gradient in the parameters, `loss` is a loss that two calls agree on. The gradient of a
    parameter is missing where it is None in every minibatch, and 0 where it is exactly that in every one. The norm of the first weight
    matrix's is given as a share of the largest.
    """
    named = list(model.named_parameters())
    trained = [(name, p) for name, p in named if p.requires_grad]
    states = {name: "missing" for name, _ in trained}
    for backward in backwards:
        model.zero_grad(set_to_none=True)
        backward()
        for name, p in trained:
            if p.grad is not None and states[name] != "there":
                states[name] = "there" if bool((numbers(p.grad) != 0).any()) else "zero"
    sizes = [float(numbers(p.grad).float().norm()) for _, p in trained if p.ndim > 1 and p.grad is not None]
    model.zero_grad(set_to_none=True)
    missing = [(name, p) for name, p in trained if states[name] == "missing"]
    matters = [pair for pair in missing[:MOST] if depends(loss, [pair[1]])]
    if len(missing) > MOST and depends(loss, [p for _, p in missing[MOST:]]):
        matters += missing[MOST:]
    zero = [(name, p) for name, p in trained if states[name] == "zero"]
    holds = {id(p) for p in held}
    groups = {
        "frozen": [(name, p) for name, p in named if not p.requires_grad],
        "not_held": [(name, p) for name, p in trained if id(p) not in holds],
        "cut_off": matters,
        "unused": [(name, p) for name, p in missing if all(p is not other for _, other in matters)],
        "zero_gradient": zero,
    }
    count = max(1, sum(p.numel() for _, p in trained))
    facts = {f"gradient/{name}": sum(p.numel() for _, p in group) / count for name, group in groups.items()}
    facts["trainable"] = float(count)
    if len(sizes) >= LAYERS and max(sizes) > 0:
        facts["gradient/first_layer"] = sizes[0] / max(sizes)
    for state in ("cut_off", "zero_gradient"):
        facts |= {f"{state}/{name}": float(p.numel()) for name, p in groups[state][:MOST]}
    return facts


def numbers(gradient):
    """Those that are stored."""
    return gradient.coalesce().values() if gradient.is_sparse else gradient


def depends(loss: Callable[[], float], parameters: list[Any]) -> bool:
    """Whether the loss changes with these parameters."""
    import torch

    kept, before = [p.detach().clone() for p in parameters], loss()
    with torch.no_grad():
        for p in parameters:
            p.add_(torch.randn_like(p) * (0.1 * float(p.float().pow(2).mean().sqrt()) + 1e-2))
        after = loss()
        for p, values in zip(parameters, kept, strict=True):
            p.copy_(values)
    return not math.isclose(before, after, rel_tol=1e-6, abs_tol=0.0)
