"""Moments of gradients that come by one after another."""

from typing import Any

from probes.gradients.layer_figures import local
from probes.training import Moments


class GradientSums:
    """Takes the gradients of `count` minibatches as a script computes them, dealt to the groups in turn.

    Where `each` backward pass is a minibatch of its own, whose gradients add up until the step, their differences are taken; else the
    gradient that has added up by the step is one.
    """

    def __init__(self, count: int, groups: int, each: bool):
        self.count, self.each = count, each
        self.squares: list[Any] = []
        self.sums: list[Any] = [0.0] * groups
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
        import torch

        parts = [local(g.detach()).to_dense().flatten().float() for g in gradients if g is not None]
        if not parts:
            return  # it was another network's
        flat = torch.cat(parts)
        if self.each:
            self.pending.append(flat if self.now is None else flat - self.now)
        self.now, self.own = flat, own

    def at_step(self) -> None:
        """Take what has come since the last step: each pass's gradient, or the one that has added up; nothing beyond `count`."""
        for gradient in self.pending if self.each else [self.now]:
            if gradient is not None and not self.complete:
                group = len(self.squares) % len(self.sums)
                self.squares.append(float(gradient @ gradient if self.own is None else self.own))
                self.sums[group] = self.sums[group] + gradient
        self.forget()

    def moments(self) -> Moments:
        """Of what was taken so far; the products of a group that got no gradient are 0."""
        products = tuple(tuple(float(a @ b) if hasattr(a, "shape") and hasattr(b, "shape") else 0.0 for b in self.sums) for a in self.sums)
        return Moments(tuple(self.squares), products)
