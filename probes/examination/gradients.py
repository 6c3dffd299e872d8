"""Which parameters the gradient does not reach, and whether the loss depends on them all the same."""

import math
from collections.abc import Callable
from typing import Any

from probes.gradients.real_numbers import FEW_BITS, measurable, real
from probes.state.tensor_copies import holds_numbers

LAYERS = 3  # fewer have no way to vanish on
MOST = 12  # parameters named one by one


def gradient_facts(model, held, backwards: list[Callable[[], None]], loss: Callable[[], float]) -> dict[str, float]:
    """Shares of the parameters' numbers: those frozen, those the optimizer does not hold, those without a gradient.

    Each of `backwards` leaves a minibatch's gradient in the parameters, `loss` is a loss that two calls agree on. The gradient of a
    parameter is missing where it is None in every minibatch, and 0 where it is exactly that in every one. The norm of the first weight
    matrix's is given as a share of the largest.
    """
    named = list(model.named_parameters())
    reached = GradientReach([(name, p) for name, p in named if p.requires_grad])
    for backward in backwards:
        model.zero_grad(set_to_none=True)
        backward()
        reached.after_backward([p.grad for _, p in reached.named])
    model.zero_grad(set_to_none=True)
    missing = reached.those("missing")
    matters = [pair for pair in missing[:MOST] if depends(loss, [pair[1]])]
    if len(missing) > MOST and depends(loss, [p for _, p in missing[MOST:]]):
        matters += missing[MOST:]
    unused = [(name, p) for name, p in missing if all(p is not other for _, other in matters)]
    return reached.facts(named, held, {"cut_off": matters, "unused": unused})


class GradientReach:
    """How far the gradients of several minibatches reach: each parameter's is missing in all, exactly 0 in all, or there.

    `named` are the parameters that are trained, with their names; one without numbers, of the meta device or lazy, is not told of.
    """

    def __init__(self, named: list[tuple[str, Any]]):
        self.named, self.states = named, ["missing" if holds_numbers(p) else "no numbers" for _, p in named]
        self.sizes: list[float] = []

    def after_backward(self, gradients: list[Any], own: Any = None) -> None:
        """Take a minibatch's gradients, one for each parameter, None where there is none."""
        for i, gradient in enumerate(gradients):
            if gradient is not None and self.states[i] != "there":
                self.states[i] = "there" if bool((numbers(gradient) != 0).any()) else "zero"
        matrices = [g for (_, p), g in zip(self.named, gradients, strict=True) if p.ndim > 1 and g is not None]
        self.sizes = [float(real(numbers(g)).float().norm()) for g in matrices]

    def forget(self) -> None:
        """What was taken from a minibatch that is taken again may count twice."""

    def those(self, state: str) -> list[tuple[str, Any]]:
        """Names and parameters whose gradient is "missing", "zero" or "there" so far."""
        return [pair for pair, known in zip(self.named, self.states, strict=True) if known == state]

    def facts(self, named: list[tuple[str, Any]], held, missing: dict[str, list[tuple[str, Any]]]) -> dict[str, float]:
        """Of all parameters `named`, of which the optimizer has those `held`; `missing` is what is known of those without a gradient.

        Under `gradient/` stand shares of all trained numbers, which those frozen may exceed; under `cut_off/` and `zero_gradient/` the
        count of numbers of a parameter, by its name.
        """
        holds, trained = {id(p) for p in held}, [(name, p) for name, p in self.named if holds_numbers(p)]
        groups = {
            "frozen": [(name, p) for name, p in named if not p.requires_grad and holds_numbers(p)],
            "not_held": [(name, p) for name, p in trained if id(p) not in holds],
            **missing,
            "zero_gradient": self.those("zero"),
        }
        count = max(1, sum(p.numel() for _, p in trained))
        facts = {f"gradient/{name}": sum(p.numel() for _, p in group) / count for name, group in groups.items()}
        facts["trainable"] = float(count)
        if len(self.sizes) >= LAYERS and max(self.sizes) > 0:
            facts["gradient/first_layer"] = self.sizes[0] / max(self.sizes)
        for state in ("cut_off", "zero_gradient"):
            facts |= {f"{state}/{name}": float(p.numel()) for name, p in groups.get(state, [])[:MOST]}
        return facts


def numbers(gradient):
    """All that are stored; a sharded gradient's are gathered from all ranks, which ask for them together."""
    gradient = gradient.full_tensor() if hasattr(gradient, "full_tensor") else gradient
    return gradient.coalesce().values() if gradient.is_sparse else gradient


def depends(loss: Callable[[], float], parameters: list[Any]) -> bool:
    """Whether the loss changes with these parameters."""
    import torch

    parameters = [p for p in parameters if measurable(p) and p.element_size() > FEW_BITS]
    kept, before = [p.detach().clone() for p in parameters], loss()
    with torch.no_grad():
        for p in parameters:
            p.add_(torch.randn_like(p) * (0.1 * float(real(p).float().pow(2).mean().sqrt()) + 1e-2))
        after = loss()
        for p, values in zip(parameters, kept, strict=True):
            p.copy_(values)
    return not math.isclose(before, after, rel_tol=1e-6, abs_tol=0.0)
