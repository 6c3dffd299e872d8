"""Figures of a step, as tensors that nothing waits for, and of many steps, as numbers."""

from typing import Any

from probes.gradients.layer_figures import gradients
from probes.gradients.real_numbers import norms


def largest_lr(optimizer: Any) -> Any:
    """Of the parameter groups; a tensor where they are tensors, so that nothing waits for it."""
    rates = [group["lr"] for group in optimizer.param_groups]
    first = rates[0]
    if not hasattr(first, "detach"):
        return first if len(rates) == 1 else max(rates)
    return first.detach().clone() if len(rates) == 1 else max(rates, key=float).detach().clone()


def gradient_norms(optimizer: Any, scale: Any) -> Any:
    """The norm of each gradient there is, shape (n,), free of a gradient scaler's factor; None where there is none."""
    import torch

    grads = gradients(optimizer)
    if not grads:
        return None
    stacked = torch.stack(norms(grads))
    return stacked if scale is None else stacked / scale.to(stacked.device)


def numbers(values: list[Any]) -> Any:
    """Tensors of shape () and floats, as numbers: a single wait for the device."""
    import torch

    tensors = [value for value in values if isinstance(value, torch.Tensor)]
    if len({(t.dtype, t.device) for t in tensors}) > 1:
        tensors = [t.to(tensors[0].device, torch.float64) for t in tensors]
    read = torch.stack(tensors).tolist() if tensors else []
    if len(read) == len(values):
        return read
    following = iter(read)
    return [next(following) if isinstance(value, torch.Tensor) else value for value in values]


def total(steps: Any) -> list[float]:
    """The norm of the whole gradient of each step, from those of its parts: a tensor of shape (parts,) for each step."""
    import torch

    if len({(parts.shape, parts.dtype) for parts in steps}) == 1:
        return torch.linalg.vector_norm(torch.stack(steps), dim=1).tolist()
    return numbers([torch.linalg.vector_norm(parts) for parts in steps])


def rows_of(batch: Any) -> int:
    """The length of a batch's first tensor; 0 where there is none."""
    from torch.utils._pytree import tree_leaves

    return next((len(leaf) for leaf in tree_leaves(batch) if getattr(leaf, "ndim", 0)), 0)


def total_norm(optimizers: list[Any], scale: Any) -> Any:
    """The norm of the gradients of several optimizers' parameters, free of the scale; None where there are none."""
    import torch

    parts = [gradient_norms(optimizer, scale) for optimizer in optimizers if gradients(optimizer)]
    return torch.linalg.vector_norm(torch.cat(parts)) if parts else None
