"""Tensors of any type as real numbers to compute with: complex ones as pairs, eight bits as 32, sparse ones as what they store."""

from collections.abc import Sequence
from typing import Any

FEW_BITS = 1  # byte: numbers that are stored, and never computed with as they are


def measurable(tensor: Any) -> bool:
    """Whether it holds numbers that a step may move: none of the meta device, none that is quantized, whole, empty or not made yet."""
    from torch.nn.parameter import is_lazy

    if is_lazy(tensor) or tensor.is_meta or tensor.is_quantized:
        return False
    return bool((tensor.is_floating_point() or tensor.is_complex()) and tensor.numel())


def real(tensor: Any) -> Any:
    """The tensor as real numbers of the same Euclidean norm, not copied where that can be helped; of a sparse one the values it stores."""
    import torch

    if tensor.layout == torch.sparse_coo:
        tensor = tensor.coalesce()._values()
    elif tensor.layout != torch.strided and hasattr(tensor, "values"):
        tensor = tensor.values()
    if tensor.is_complex():
        return torch.view_as_real(tensor.resolve_conj())
    return tensor.float() if tensor.is_floating_point() and tensor.element_size() <= FEW_BITS else tensor


def norms(tensors: Sequence[Any]) -> list[Any]:
    """The Euclidean norm of each, real numbers of any type: tensors of shape () of one type, double precision where one of them has it."""
    import torch

    types = {tensor.dtype for tensor in tensors}
    if types == {torch.float32}:
        return list(torch._foreach_norm(list(tensors)))
    if torch.float64 not in types:
        return list(torch._foreach_norm(list(tensors), 2, torch.float32))
    return [torch.linalg.vector_norm(tensor, dtype=torch.float64) for tensor in tensors]
