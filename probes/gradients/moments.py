"""Squared norms and inner products of minibatch gradients, which stay where they were made."""

from collections.abc import Iterable, Sequence
from itertools import combinations_with_replacement
from typing import Any

from probes.gradients.real_numbers import real
from probes.training import Moments


def moments(gradients: Iterable[Sequence[Any]], groups: int) -> Moments:
    """Of gradients, each a tensor of any shape or None for every parameter; they may be overwritten as soon as the next is taken.

    Memory: a copy of the gradient for each group.
    """
    squares: list[float] = []
    sums: list[list[Any]] = [[] for _ in range(groups)]
    for i, parts in enumerate(gradients):
        gradient = [None if part is None else dense(part) for part in parts]
        squares.append(inner_product(gradient, gradient))
        sums[i % groups] = added(sums[i % groups], gradient)
    return Moments(tuple(squares), inner_products(sums))


def inner_products(sums: Sequence[Sequence[Any]]) -> tuple[tuple[float, ...], ...]:
    """Of each sum of gradients with each, shape (groups, groups); those of a group that got no gradient are 0."""
    products = [[0.0] * len(sums) for _ in sums]
    for a, b in combinations_with_replacement(range(len(sums)), 2):
        products[a][b] = products[b][a] = inner_product(sums[a], sums[b])
    return tuple(map(tuple, products))


def inner_product(one: Sequence[Any], other: Sequence[Any]) -> float:
    """Of two gradients, over all the parameters that both have; 0 where one of them is empty."""
    pairs = zip(one, other, strict=bool(one and other))
    return sum((product(a, b) for a, b in pairs if a is not None and b is not None), 0.0)


def dense(gradient):
    """The gradient as a vector in single precision, zeros of a sparse one included; shape (n,), or (2 n,) of complex numbers."""
    return real(gradient.detach().to_dense()).flatten().float()


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
