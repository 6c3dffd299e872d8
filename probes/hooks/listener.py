"""What a listener is told of a training, event by event."""

from typing import Any, Protocol


class Listener(Protocol):
    """Is told of events, each after it happened but for those that begin with `before`; an exception of its own ends the telling."""

    def made(self, optimizer: Any) -> None:
        """An optimizer with its parameter groups."""

    def fetched(self, batch: Any, seconds: float) -> None:
        """A DataLoader gave a batch while gradients were on, after this wait."""

    def before_backward(self) -> None:
        """A backward pass is about to begin; the forward pass and the loss are computed."""

    def backward(self, loss: Any, scale: Any, inside: bool) -> None:
        """`loss` is detached, of shape () and free of a gradient scaler's factor; `scale` is that factor, or None.

        `inside` is true where it was the optimizer's step that asked for the gradient.
        """

    def before_step(self, optimizer: Any) -> None:
        """An optimizer is about to step; its gradient is there, but where the step itself asks for it."""

    def after_step(self, optimizer: Any) -> None:
        """The optimizer has stepped, with all steps that it made of others'."""

    def skipped(self, optimizer: Any) -> None:
        """A gradient scaler took no step, for the gradient was too large a number."""
