"""Squared norms and inner products of minibatch gradients, which stay where they were made."""

from collections.abc import Iterable, Sequence
from itertools import combinations_with_replacement
from typing import Any

from probes.training import Moments


def moments(gradients: Iterable[Sequence[Any]], groups: int) -> Moments:
    """Of gradients, each a tensor of any shape or None for every parameter; they may be overwritten as soon as the next is taken.

    Memory: a copy of the gradient for each group.
    """
    squares: list[float] = []
    sums: list[list[Any]] = [[] for _ in range(groups)]
    for i, parts in enumerate(gradients):
        gradient = [None if part is None else dense(part) for part in parts]
        squares.append(sum(product(part, part) for part in gradient if part is not None))
        sums[i % groups] = added(sums[i % groups], gradient)
    products = [[0.0] * groups for _ in range(groups)]
    for a, b in combinations_with_replacement(range(groups), 2):
        pairs = zip(sums[a], sums[b], strict=bool(sums[a] and sums[b]))
        products[a][b] = products[b][a] = sum(product(one, other) for one, other in pairs if one is not None and other is not None)
    return Moments(tuple(squares), tuple(map(tuple, products)))


def dense(gradient):
    """The gradient as a vector of shape (n,) in single precision, zeros of a sparse one included."""
    return gradient.detach().to_dense().flatten().float()


def product(one, other) -> float:
    """The inner product of two vectors of shape (n,); waits for the device."""
    return float(one @ other)


def added(total: list[Any], gradient: list[Any]) -> list[Any]:
    """The sum, of tensors of its own."""
    if not total:
        return [None if part is None else part.clone() for part in gradient]
    return [
        part if before is None and part is None else part.clone() if before is None else before if part is None else before.add_(part)
        for before, part in zip(total, gradient, strict=True)
    ]
