"""Moments of gradients that come by one after another."""

from typing import Any

from probes.gradients.layer_figures import local
from probes.gradients.moments import added, dense, inner_product, inner_products
from probes.training import Moments


class GradientSums:
    """Takes the gradients of `count` minibatches as a script computes them, dealt to the groups in turn.

    Where `each` backward pass is a minibatch of its own, whose gradients add up until the step, their differences are taken; else the
    gradient that has added up by the step is one.
    """

    def __init__(self, count: int, groups: int, each: bool):
        self.count, self.each = count, each
        self.squares: list[Any] = []
        self.sums: list[list[Any]] = [[] for _ in range(groups)]
        self.forget()

    def forget(self) -> None:
        """Drop what has come of the step under way; what earlier steps gave stays."""
        self.now: Any = None
        self.own: Any = None
        self.pending: list[Any] = []

    @property
    def complete(self) -> bool:
        """Whether `count` gradients have been taken."""
        return len(self.squares) >= self.count

    def after_backward(self, gradients: list[Any], own: Any = None) -> None:
        """The gradients as they stand; `own` is the squared norm of this rank's own where they are the mean over ranks."""
        gradient = [None if g is None else dense(local(g)).clone() for g in gradients]
        if all(part is None for part in gradient):
            return  # it was another network's
        if self.each:
            self.pending.append(gradient if self.now is None else grown(gradient, self.now))
        self.now, self.own = gradient, own

    def at_step(self) -> None:
        """Take what has come since the last step: each pass's gradient, or the one that has added up; nothing beyond `count`."""
        for gradient in self.pending if self.each else [self.now]:
            if gradient is not None and not self.complete:
                group = len(self.squares) % len(self.sums)
                self.squares.append(inner_product(gradient, gradient) if self.own is None else float(self.own))
                self.sums[group] = added(self.sums[group], gradient)
        self.forget()

    def moments(self) -> Moments:
        """Of what was taken so far; the products of a group that got no gradient are 0."""
        return Moments(tuple(self.squares), inner_products(self.sums))


def grown(gradient: list[Any], before: list[Any]) -> list[Any]:
    """What the last pass added, by parameter; a pass may reach some that no pass before it did."""
    pairs = zip(gradient, before, strict=True)
    return [now if now is None or then is None else now - then for now, then in pairs]
