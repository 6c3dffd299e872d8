"""What a probe may do to a training, whoever owns its loop, and in whichever process it lives."""

import math
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, Protocol

EXAMINED = 4  # minibatches that a look at a training takes
HALF = {"bf16": "bfloat16", "fp16": "float16"}
PRECISIONS = ("fp32", *HALF)  # in the tables of measurements a precision is its place here


@dataclass(frozen=True)
class Moments:
    """What is kept of minibatch gradients at frozen weights.

    `squares` holds the squared norm of each; `products` the inner products of the sums over groups (the i-th gradient belongs to group i
    modulo their number), shape (groups, groups). Where each came as the mean of `parts` gradients of as many examples, the ranks' own,
    `squares` holds the means of these gradients' squared norms.
    """

    squares: tuple[float, ...]
    products: tuple[tuple[float, ...], ...]
    parts: int = 1


@dataclass(frozen=True)
class Memory:
    """Bytes of one optimizer step: of tensors at its peak, held by the allocator for them, and there whatever the batch size.

    `process` is the resident set of its whole process at its highest; NaN where that was not told.
    """

    allocated: float
    reserved: float
    resident: float
    process: float = math.nan


UNKNOWN = 2**31  # examples, where nobody can tell how many there are


class Training(Protocol):
    """A training a probe can measure.

    Attributes
    ----------
    lr : float
        The largest learning rate of the optimizer's parameter groups. Setting it keeps the ratios between the groups.
    batch_size : int
        Examples in a minibatch. Setting it begins a new epoch; more than there are examples is cut down to them.
    accumulation_steps : int
        Minibatches whose mean gradient makes one step. Where the loop is a script's own, a multiple of what it accumulates itself: what is
        asked for is rounded up to one.
    num_workers : int
        Processes that load data beside this one.
    precision : str
        "fp32", "bf16" or "fp16": what forward and backward compute in; "fp32" is the training as it came.
    checkpointing : bool
        Whether the model's repeated blocks compute their activations again in the backward pass instead of keeping them.
    one_batch : bool
        While it is true every step takes the same minibatch, the first after it was set.
    memory_budget : float or None
        Bytes tensors may take in all; beyond them an operation fails as if the device's memory had run out.
    examples : int
        Size of the training set.
    device : str
        As torch writes it: "cpu", "cuda:0".
    hparams : dict
        Today's settings by name: lr, batch_size, optimizer, and of it momentum and weight_decay where they are set.
    notes : list of str
        What was cut down or left out, a sentence each.
    step_time, data_time : float
        Seconds the last step took, and of those the seconds it waited for its data.
    grad_norm : float
        Norm of the last step's gradient.
    starting : float
        Seconds until the training is there, as it is again in `fresh`.
    taken : int
        Steps and gradients so far; not restored, for it is what they cost.
    """

    lr: float
    batch_size: int
    accumulation_steps: int
    num_workers: int
    precision: str
    checkpointing: bool
    one_batch: bool
    memory_budget: float | None

    @property
    def notes(self) -> list[str]:
        """What was cut down or left out so far, a sentence each; empty where nothing was."""

    @property
    def hparams(self) -> dict[str, Any]:
        """Settings by name; today's where they are asked for before the probe has set any."""

    @property
    def examples(self) -> int:
        """How many there are to draw minibatches from; `UNKNOWN` or more where nobody can tell."""

    @property
    def device(self) -> str:
        """Where its first parameter is, as torch writes it: "cpu", "cuda:0"."""

    @property
    def step_time(self) -> float:
        """Seconds the last step took in all, waiting for its data included."""

    @property
    def data_time(self) -> float:
        """Seconds of `step_time` that the step waited for its data."""

    @property
    def grad_norm(self) -> float:
        """The 2-norm of the last step's gradient, all parameters together; NaN or 0 before the first."""

    @property
    def starting(self) -> float:
        """Seconds from the start of its process until it could be asked; 0 where it has no process of its own."""

    @property
    def taken(self) -> int:
        """Optimizer steps and minibatch gradients so far, all that were taken in `fresh` trainings among them."""

    def step(self) -> float:
        """One optimizer step on the next minibatch; its loss. Ends when the device is done with it."""

    def gradient_moments(self, count: int, groups: int) -> Moments:
        """Of the next `count` minibatch gradients, without a step."""

    def evaluate(self) -> float:
        """The loss on held-out examples, in evaluation mode where that can be had; changes nothing."""

    def examined(self) -> dict[str, float]:
        """What a look at model, data and one minibatch tells, by name, for `probes/measurements/sanity.py`; changes nothing."""

    def step_memory(self) -> Memory:
        """Of the next optimizer step, which is taken."""

    def predicted_memory(self, batch_size: int) -> Memory | None:
        """Of a step at this batch size, without computing it; None where that cannot be told."""

    def free_memory(self) -> float:
        """Bytes the training could have in all."""

    def reseed(self, seed: int) -> None:
        """Another data order and other random states from here on."""

    def restored(self) -> AbstractContextManager[Any]:
        """Put everything back after the block, also after an exception: weights, buffers, optimizer, settings, data and random states."""

    def fresh(self) -> AbstractContextManager["Training"]:
        """The same training from its beginning, where a crash or an out-of-memory harms nothing else: in a process of its own."""
