"""What a training may log beside its loss, measured where somebody wants it."""

import math
from collections.abc import Iterator

import torch
from torch import nn

ACTIVATIONS = (nn.ReLU, nn.Tanh, nn.Sigmoid, nn.GELU)
LAYERS, SHOWN = 8, 64  # layers logged, first to last; examples that activations are measured on


def layers(model: nn.Module) -> Iterator[tuple[str, torch.Tensor]]:
    """The weights, without biases and scales."""
    yield from some([(name, p) for name, p in model.named_parameters() if p.ndim > 1])


def some(found: list) -> list:
    """As many as are logged, from the first to the last."""
    return found if len(found) <= LAYERS else [found[round(i * (len(found) - 1) / (LAYERS - 1))] for i in range(LAYERS)]


def gradient_norms(model: nn.Module) -> list[tuple[str, float]]:
    return [(name, float(p.grad.norm())) for name, p in layers(model) if p.grad is not None]


def gradients(model: nn.Module) -> list[tuple[str, torch.Tensor]]:
    return [(name, p.grad) for name, p in layers(model) if p.grad is not None and bool(p.grad.isfinite().all())]


def weights(model: nn.Module) -> list[tuple[str, torch.Tensor]]:
    return [(name, p.detach()) for name, p in layers(model) if bool(p.isfinite().all())]


def weight_norms(model: nn.Module) -> list[tuple[str, float]]:
    return [(name, float(p.detach().norm())) for name, p in layers(model)]


def whole(norms) -> float:
    """The norm of everything from the norms of its parts."""
    return math.hypot(*(norm for _, norm in norms)) if norms else 0.0


class Updates:
    """How far a step moves the weights, as a share of their size."""

    def __init__(self, model: nn.Module):
        self.model = model
        self.before = {name: p.detach().clone() for name, p in layers(model)}

    def by_layer(self) -> list[tuple[str, float]]:
        return [(name, float((p.detach() - self.before[name]).norm() / (p.detach().norm() + 1e-12))) for name, p in layers(self.model)]

    def whole(self) -> float:
        moved = math.hypot(*(float((p.detach() - self.before[name]).norm()) for name, p in layers(self.model)))
        return moved / (whole(weight_norms(self.model)) + 1e-12)


def activations(model: nn.Module, x: torch.Tensor) -> tuple[list[tuple[str, float]], list[tuple[str, float]]]:
    """By layer: the share of units that answer 0 to every example, and the standard deviation of what is passed on."""
    dead, spread = [], []

    def look(name):
        def hook(_, __, out):
            flat = out.detach().flatten(0, -2) if out.ndim < 4 else out.detach().transpose(1, -1).flatten(0, -2)
            dead.append((name, float((flat.abs() < 1e-12).all(0).float().mean())))
            spread.append((name, float(flat.std())))

        return hook

    hooks = [module.register_forward_hook(look(name)) for name, module in model.named_modules() if isinstance(module, ACTIVATIONS)]
    random = torch.get_rng_state()
    with torch.no_grad():
        model(x[:SHOWN])
    torch.set_rng_state(random)
    for hook in hooks:
        hook.remove()
    return some(dead), some(spread)
