"""Copies of tensors, held in main memory so that they take none of the device memory a probe measures."""

from collections.abc import Callable
from copy import deepcopy
from typing import Any


def copied(tensor: Any) -> Any:
    """A copy in main memory, of the same shape and type, without a graph; what holds no numbers, of the meta device or lazy, itself."""
    return tensor.detach().to("cpu", copy=True) if holds_numbers(tensor) else tensor


def holds_numbers(tensor: Any) -> bool:
    """Whether there is anything in it to keep: not where it is of the meta device, or lazy and not made yet."""
    from torch.nn.parameter import is_lazy

    return not is_lazy(tensor) and not tensor.is_meta


def copied_tree(tree: Any, copy: Callable[[Any], Any] = copied) -> Any:
    """The nested structure with `copy` made of every tensor in it, and all else copied as it is."""
    import torch
    from torch.utils._pytree import tree_map

    return tree_map(lambda leaf: copy(leaf) if isinstance(leaf, torch.Tensor) else deepcopy(leaf), tree)
