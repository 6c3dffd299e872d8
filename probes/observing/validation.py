"""The validation that a script makes of its own, told from what it does: the loss of its training, of other data, without gradients.

A pass is one where a DataLoader over other data than is trained on is read to its end, and the one loss function that the training calls
before each backward pass is called once for each minibatch, without gradients; or once between two steps, on tensors of other rows than a
minibatch or the training set has. Where a script validates on several sets, it is the first.
Nothing is waited for: what is added up stays on its device until the log is written.
"""

from collections.abc import Callable
from typing import Any

MOST = 16  # data sets that are remembered
ROUNDED = 1.05  # times a mean is the same one, computed otherwise


class Validation:
    """Listens to losses and to what is read; calls `done(loss)`, a tensor of shape (), for each pass that is whole."""

    def __init__(self, done: Callable[[Any], None]):
        self.done = done
        self.name = ""  # of the loss function that is trained with
        self.calls: list[tuple[str, Any, Any]] = []  # of each the name, the loss where it is a sum, and the target
        self.rows_trained = 0  # of the targets of a minibatch
        self.summed: tuple[Any, Any, int] | None = None  # a loss trained with, and the sum over so many targets behind it
        self.trained_on: list[Any] = []
        self.validated_on: Any = None
        self.forget()

    def forget(self) -> None:
        """No pass is under way."""
        self.data: Any = None
        self.total: Any = 0.0
        self.targets = self.losses = self.batches = self.rows = 0
        self.whole = False

    def trains(self) -> None:
        """A backward pass is about to begin: on what was read last, unless that was validated on."""
        if self.losses:
            self.over()
        elif self.data is not None:
            if not self.is_trained_on(self.data) and len(self.trained_on) < MOST:
                self.trained_on.append(self.data)
            self.forget()

    def is_trained_on(self, data: Any) -> bool:
        """Whether it was seen to be."""
        return any(one is data for one in self.trained_on)

    def backward(self, loss: Any) -> None:
        """A backward pass of this loss is over: where one loss function was called for it, that is the one."""
        if len(self.calls) == 1:
            self.name, total, target = self.calls[0]
            self.summed = None if total is None else (loss, total, count(target))
            self.rows_trained = self.rows_trained or rows_of(target)
        self.calls.clear()

    def read(self, data: Any, over: bool, iterator: Any) -> None:
        """A minibatch was read, or there was none left; some that read know how many there are, and ask for no more."""
        if data is not self.data or (self.losses and not self.batches):
            self.over()
            self.data = data
        self.batches += not over
        self.whole |= over or self.batches == length(iterator)

    def lost(self, name: str, loss: Any, target: Any, reduction: str) -> None:
        """A loss of shape () was computed by this function of torch's; with gradients it is for training."""
        if loss.requires_grad:
            self.calls.append((name, loss.detach() if reduction == "sum" else None, target))
        elif name == self.name:
            targets = rows_of(target) if reduction == "batchmean" else count(target)
            self.total = self.total + (loss if reduction == "sum" else loss * targets)
            self.rows, self.targets, self.losses = rows_of(target), self.targets + targets, self.losses + 1

    def over(self) -> None:
        """Whatever comes next is no part of the pass that is under way."""
        subject, known = self.subject(), self.validated_on
        if (
            subject is not None
            and (known is None or subject is known or (isinstance(known, int) and subject == known))
            and self.in_one_unit()
        ):
            self.validated_on = subject
            self.done(self.total / self.targets)
        self.forget()

    def subject(self) -> Any:
        """What was validated on: a data set, or the rows of tensors that are in no DataLoader; None where it was no validation."""
        data = self.data
        if self.losses == 1 and not self.batches and self.trained_on:
            others = {self.rows_trained, *(length(one) for one in self.trained_on)}
            return self.rows if self.rows not in others and self.rows > self.rows_trained else None
        whole = self.whole and self.targets and self.losses == self.batches
        return data if data is not None and whole and not self.is_trained_on(data) else None

    def in_one_unit(self) -> bool:
        """Whether what is trained with is a mean over targets, also a sum that was divided; for this the device is waited for."""
        if self.summed is None:
            return True
        trained, total, targets = (float(one) for one in self.summed)
        return targets > 0 and abs(trained) <= ROUNDED * abs(total) / targets


def count(target: Any) -> int:
    """Elements of a target; 0 where it is none."""
    return target.numel() if hasattr(target, "numel") else 0


def rows_of(target: Any) -> int:
    """Length of its first dimension; 0 where it has none."""
    return target.shape[0] if getattr(target, "ndim", 0) else 0


def length(iterator: Any) -> int | None:
    """What it gives in all; None where it does not know."""
    try:
        return len(iterator)
    except (TypeError, NotImplementedError):
        return None
