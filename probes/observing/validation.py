"""The validation that a script makes of its own, told from what it does: the loss of its training, of other data, without gradients.

A pass is one where a DataLoader over other data than is trained on is read to its end without gradients, and the one loss function that
the training calls before each backward pass is called once for each minibatch. Where a script validates on several sets, it is the first.
Nothing is waited for: what is added up stays on its device until the log is written.
"""

from collections.abc import Callable
from typing import Any

MOST = 16  # data sets that are remembered


class Validation:
    """Listens to losses and to what is read; calls `done(loss)`, a tensor of shape (), for each pass that is whole."""

    def __init__(self, done: Callable[[Any], None]):
        self.done = done
        self.name = ""  # of the loss function that is trained with
        self.per_target = True  # whether the loss that is trained with is a mean
        self.calls: list[str] = []
        self.trained_on: list[Any] = []
        self.validated_on: Any = None
        self.forget()

    def forget(self) -> None:
        """No pass is under way."""
        self.data: Any = None
        self.total: Any = 0.0
        self.targets = self.losses = self.batches = 0
        self.whole = False

    def fetched(self, data: Any) -> None:
        """A minibatch of this data set was fetched to train on."""
        self.over()
        if data is not None and len(self.trained_on) < MOST and not any(one is data for one in self.trained_on):
            self.trained_on.append(data)

    def backward(self) -> None:
        """A backward pass is over: where one loss function was called for it, that is the one."""
        if len(self.calls) == 1:
            self.name = self.calls[0]
        self.calls.clear()

    def read(self, data: Any, over: bool) -> None:
        """A minibatch was read without gradients, or there was none left."""
        if data is not self.data:
            self.over()
            known = data is not None and not any(one is data for one in self.trained_on)
            self.data = data if known and self.name and (self.validated_on is None or self.validated_on is data) else None
        if self.data is not None:
            self.batches += not over
            self.whole |= over

    def lost(self, name: str, loss: Any, target: Any, reduction: str) -> None:
        """A loss of shape () was computed by this function of torch's; with gradients it is for training."""
        import torch

        if torch.is_grad_enabled():
            self.per_target &= reduction != "sum"
            self.calls.append(name)
        elif self.data is not None and name == self.name and hasattr(target, "numel"):
            targets = target.shape[0] if reduction == "batchmean" and target.ndim else target.numel()
            self.total = self.total + (loss if reduction == "sum" else loss * targets)
            self.targets, self.losses = self.targets + targets, self.losses + 1

    def over(self) -> None:
        """Whatever comes next is no part of the pass that is under way."""
        if self.data is not None and self.whole and self.losses == self.batches and self.targets and self.per_target:
            self.validated_on = self.data
            self.done(self.total / self.targets)
        self.forget()
