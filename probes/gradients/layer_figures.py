"""What the layers of a model look like at a step: the norms of their weights and gradients, and by how much a step changed the weights.

The change is read from a sample of each parameter, so that it takes no second copy of the model.
"""

import gc
import re
from typing import Any

from probes.gradients.real_numbers import measurable, norms, real

SAMPLE = 4096  # elements of a parameter, at most
MOST = 100  # layers that are told apart


def local(tensor: Any) -> Any:
    """The part of a tensor that this process holds, of one that is spread over several."""
    return tensor.to_local() if hasattr(tensor, "to_local") else tensor


def gradients(optimizer: Any) -> list[Any]:
    """Every gradient there is, in the order of the parameter groups: this process's part of it, of a sparse one the values it stores."""
    grads = [p.grad for group in optimizer.param_groups for p in group["params"] if p.grad is not None]
    return [real(local(g.detach())) for g in grads if measurable(g)]


def model_of(parameters: list[Any]) -> Any:
    """The smallest module that holds the most of these parameters, among all there are in this process; None where none does."""
    import torch

    wanted = {id(p) for p in parameters}
    modules = [it for it in gc.get_objects() if issubclass(type(it), torch.nn.Module)]
    held = [(sum(id(p) in wanted for p in module.parameters()), -sum(1 for _ in module.modules()), module) for module in modules]
    count, _, module = max(held, key=lambda one: one[:2], default=(0, 0, None))
    return module if count else None


class Layers:
    """The parameters an optimizer trains, with their names."""

    def __init__(self, optimizer: Any, model: Any = None):
        self.optimizer = optimizer
        self.parameters = [p for group in optimizer.param_groups for p in group["params"]]
        self.floating = [p for p in self.parameters if measurable(p)]
        model = model if model is not None else model_of(self.parameters)
        named = layer_names(model) if model is not None else {}
        many = [i for i, p in enumerate(self.parameters) if measurable(p) and p.ndim > 1]
        kept = many if len(many) <= MOST else [many[round(k * (len(many) - 1) / (MOST - 1))] for k in range(MOST)]
        self.named = {i: named.get(id(self.parameters[i]), f"parameter{i}") for i in kept}

    def sampled(self) -> list[Any]:
        """A copy of `elements`, to hand to `figures` after the step."""
        import torch

        elements = self.elements()
        return list(torch._foreach_mul(elements, 1.0)) if elements else []

    def elements(self) -> list[Any]:
        """Up to `SAMPLE` evenly spaced elements of each floating parameter, shape (n,), not copied where that can be helped."""
        flat = [local(p.detach()).reshape(-1) for p in self.floating]
        return [real(f if f.numel() <= SAMPLE else f[:: -(-f.numel() // SAMPLE)]) for f in flat]

    def figures(self, before: list[Any], grad_norms: Any) -> dict[str, Any]:
        """Of a step that has been taken, by tag: norms and the weights' relative change, tensors of shape (), and bytes of memory.

        `before` was sampled before the step and is overwritten; `grad_norms`, shape (parameters,), are left out where some are missing.
        """
        import torch

        if not before:
            return {}
        size = norm(before)
        torch._foreach_sub_(before, self.elements())
        found: dict[str, Any] = {"train/update_ratio": norm(before) / size}
        weights = norms([real(local(self.parameters[i].detach())) for i in self.named]) if self.named else []
        found |= {f"weight_norm/{name}": w for name, w in zip(self.named.values(), weights, strict=True)}
        if grad_norms is not None and len(grad_norms) == len(self.parameters):
            found |= {f"grad_norm/{name}": grad_norms[i] for i, name in self.named.items()}
        return found | memory(self.floating[0].device)


def norm(parts: list[Any]) -> Any:
    """The Euclidean norm of all parts, tensors of any shape, as one vector; shape ()."""
    import torch

    return torch.linalg.vector_norm(torch.stack(norms(parts)).float())


def layer_names(model: Any) -> dict[int, str]:
    """The layer of each parameter, by the parameter's id; where its name is a mere number, with its kind: "0.Linear"."""
    names: dict[int, str] = {}
    for path, module in model.named_modules():
        plain = not re.search("[a-z]", path.replace("model", ""), re.IGNORECASE)
        layer = f"{path}.{type(module).__name__}".lstrip(".") if plain else path
        for name, parameter in module.named_parameters(recurse=False):
            names.setdefault(id(parameter), layer if name == "weight" else f"{layer}.{name}")
    return names


def memory(device: Any) -> dict[str, float]:
    """Bytes at the peak so far: of tensors on an accelerator, else of this process."""
    import torch

    if device.type == "cuda":
        return {"train/memory_bytes": float(torch.cuda.max_memory_allocated(device))}
    try:
        import resource
        import sys
    except ImportError:  # Windows
        return {}
    unit = 1 if sys.platform == "darwin" else 1024
    return {"train/memory_bytes": float(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit)}
