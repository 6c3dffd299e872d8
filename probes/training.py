"""What a probe may do to a training, whoever owns its loop."""

from contextlib import AbstractContextManager
from typing import Any, Protocol


class Training(Protocol):
    """A training a probe can measure.

    Attributes
    ----------
    lr : float
        The largest learning rate of the optimizer's parameter groups. Setting it keeps the ratios between the groups.
    batch_size : int
        Examples in a minibatch. Setting it begins a new epoch; more than there are examples is cut down to them.
    accumulation_steps : int
        Minibatches whose mean gradient makes one step.
    examples : int
        Size of the training set.
    device : torch.device
    hparams : dict
        Today's settings by name: lr, batch_size, optimizer, and of it momentum and weight_decay where they are set.
    notes : list of str
        What was cut down or left out, a sentence each.
    data_time : float
        Seconds the last step waited for its data.
    grad_norm : float
        Norm of the last step's gradient.
    taken : int
        Steps and gradients so far; not restored, for it is what they cost.
    """

    lr: float
    batch_size: int
    accumulation_steps: int
    notes: list[str]

    @property
    def hparams(self) -> dict[str, Any]: ...
    @property
    def examples(self) -> int: ...
    @property
    def device(self) -> Any: ...
    @property
    def data_time(self) -> float: ...
    @property
    def grad_norm(self) -> float: ...
    @property
    def taken(self) -> int: ...
    def step(self) -> float:
        """One optimizer step on the next minibatch; its loss. Ends when the device is done with it."""

    def gradient(self) -> Any:
        """The next minibatch's gradient, a flat tensor of shape (parameters,), without a step."""

    def evaluate(self) -> float:
        """The loss on held-out examples, in evaluation mode; changes nothing."""

    def step_memory(self) -> tuple[float, float, float]:
        """Bytes allocated and reserved at the peak of one optimizer step, and bytes that stay whatever the batch size."""

    def free_memory(self) -> float:
        """Bytes the training could have in all."""

    def reseed(self, seed: int) -> None:
        """Another data order and other random states from here on."""

    def restored(self) -> AbstractContextManager[Any]:
        """Put everything back after the block, also after an exception: weights, buffers, optimizer, settings, data and random states."""
