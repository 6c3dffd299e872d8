"""Which parameters the gradient does not reach, and whether the loss depends on them all the same."""

import math
from collections.abc import Callable

MOST = 12  # parameters named one by one


def of_gradients(model, held, backwards: list[Callable[[], None]], loss: Callable[[], float]) -> dict[str, float]:
    """Shares of the parameters' numbers: those frozen, those the optimizer does not hold, those without a gradient.

    Each of `backwards` leaves a minibatch's gradient in the parameters, `loss` is a loss that two calls agree on. The gradient of a
    parameter is missing where it is None in every minibatch, and 0 where it is exactly that in every one.
    """
    named = list(model.named_parameters())
    trained = [(name, p) for name, p in named if p.requires_grad]
    states = {name: "missing" for name, _ in trained}
    for backward in backwards:
        model.zero_grad(set_to_none=True)
        backward()
        for name, p in trained:
            if p.grad is not None and states[name] != "there":
                states[name] = "there" if bool((p.grad != 0).any()) else "zero"
    model.zero_grad(set_to_none=True)
    missing = [(name, p) for name, p in trained if states[name] == "missing"]
    matters = [(name, p) for name, p in missing if depends(loss, p)]
    zero = [(name, p) for name, p in trained if states[name] == "zero"]
    holds = {id(p) for p in held}
    groups = {
        "frozen": [(name, p) for name, p in named if not p.requires_grad],
        "not_held": [(name, p) for name, p in trained if id(p) not in holds],
        "cut_off": matters,
        "unused": [pair for pair in missing if pair not in matters],
        "zero_gradient": zero,
    }
    count = max(1, sum(p.numel() for _, p in trained))
    facts = {f"gradient/{name}": sum(p.numel() for _, p in group) / count for name, group in groups.items()}
    facts["trainable"] = float(count)
    for state in ("cut_off", "zero_gradient"):
        facts |= {f"{state}/{name}": float(p.numel()) for name, p in groups[state][:MOST]}
    return facts


def depends(loss: Callable[[], float], parameter) -> bool:
    """Whether the loss changes with the parameter."""
    import torch

    kept, before = parameter.detach().clone(), loss()
    with torch.no_grad():
        size = float(parameter.float().pow(2).mean().sqrt()) if parameter.numel() else 0.0
        parameter.add_(torch.randn_like(parameter) * (0.1 * size + 1e-2))
        after = loss()
        parameter.copy_(kept)
    return not math.isclose(before, after, rel_tol=1e-6, abs_tol=0.0)
