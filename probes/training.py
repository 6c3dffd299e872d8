"""What a probe may do to a training, whoever owns its loop, and in whichever process it lives."""

import math
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, Protocol

EXAMINED = 4  # minibatches that a look at a training takes
HALF = {"bf16": "bfloat16", "fp16": "float16"}
PRECISIONS = ("fp32", *HALF)  # in the tables of measurements a precision is its place here
# settings that, with the batch size, decide what a step takes
OF_MEMORY = ("memory_budget", "accumulation_steps", "precision", "checkpointing")
SETTINGS = ("lr", "batch_size", *OF_MEMORY, "num_workers", "one_batch")  # all that can be set of a `Training`


@dataclass(frozen=True)
class Moments:
    """What is kept of minibatch gradients at frozen weights: squared norms and inner products, over all parameters.

    Attributes
    ----------
    squares : tuple of float, shape (count,)
        Squared norm of each gradient. Where each came as the mean of several `parts`, the mean of their squared norms.
    products : tuple of tuple of float, shape (groups, groups)
        Inner products of the sums over groups; the i-th gradient belongs to group i modulo their number.
    parts : int
        Of how many gradients, each of as many examples, each one is the mean: the ranks' own; 1 where it came whole.
    """

    squares: tuple[float, ...]
    products: tuple[tuple[float, ...], ...]
    parts: int = 1


@dataclass(frozen=True)
class Memory:
    """Bytes of one optimizer step.

    Attributes
    ----------
    allocated : float
        Of tensors, at the peak.
    reserved : float
        Held by the allocator for them, at its peak; on the CPU the same as `allocated`.
    resident : float
        Of tensors that were there before the step, without its minibatch: whatever the batch size.
    process : float
        The resident set of its whole process at its highest; NaN where that was not told.
    """

    allocated: float
    reserved: float
    resident: float
    process: float = math.nan


OPTIONS, FRAMEWORK, ACTS_IN = "options", "framework", "environment"  # in `Training.hparams`
UNKNOWN = 2**31  # examples, where nobody can tell how many there are


class Training(Protocol):
    """A training a probe can measure.

    Attributes
    ----------
    lr : float
        The largest learning rate of the optimizer's parameter groups. Setting it keeps their ratios, and holds: no schedule changes it.
    batch_size : int
        Examples in a minibatch, of all ranks together. Setting it begins a new epoch; more than there are examples is cut down to them.
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
    threads : int
        How many compute an operation together, of each rank; nothing puts it back.
    memory_budget : float or None
        Bytes tensors may take in all; beyond them an operation fails as if the device's memory had run out.

    Notes
    -----
    A probe's training lives in another process, and what goes wrong there is raised here. A measurement lets it pass, for the session makes
    a sentence of it: `AdvisorError` where this training cannot be set or measured so, `MemoryError` where memory ran out, `FailedError` for
    any other exception, `EndedError` where the process is gone, `SpentError` where the probe's steps or time are.
    """

    lr: float
    batch_size: int
    accumulation_steps: int
    num_workers: int
    precision: str
    checkpointing: bool
    one_batch: bool
    memory_budget: float | None
    threads: int

    @property
    def notes(self) -> list[str]:
        """A sentence for each thing that was cut down or left out."""

    @property
    def hparams(self) -> dict[str, Any]:
        """Settings by name, as loggers spell them; read them before setting any, for `lr` and `batch_size` may follow what is set.

        There are `lr`, `batch_size` and `optimizer`, the name of its class; where they are set and can be told also `momentum`,
        `weight_decay`, `schedule` (see `schedules.SCHEDULES`), `max_steps`, `scheduler`, `accumulation_steps` and `ranks`; and of a script
        `OPTIONS`, a dict of the option of its own parser that sets each, `FRAMEWORK`, whose loop it is, and `ACTS_IN`, the environment
        that it acts in.
        """

    @property
    def examples(self) -> int:
        """Size of the training set, of all ranks together, without what is held out; `UNKNOWN` or more where nobody can tell."""

    @property
    def device(self) -> str:
        """As torch writes it: "cpu", "cuda:0"."""

    @property
    def step_time(self) -> float:
        """Seconds the last step took, the wait for its data and for the device included."""

    @property
    def data_time(self) -> float:
        """Seconds of `step_time` that the step waited for its data."""

    @property
    def processor_times(self) -> tuple[float, float]:
        """Seconds since its process began that it ran, and that it was kept waiting for a processor; 0 where the system does not tell."""

    @property
    def grad_norm(self) -> float:
        """Euclidean norm of the last step's gradient over all parameters, before anything clips it."""

    @property
    def starting(self) -> float:
        """Seconds from the start of its process until it could be asked; 0 where it has no process of its own."""

    @property
    def taken(self) -> int:
        """Steps and gradients so far; not restored, for it is what they cost."""

    def step(self) -> float:
        """Take one optimizer step on the next `accumulation_steps` minibatches; it ends when the device is done with it.

        Returns
        -------
        float
            The training loss before the step, the mean over its minibatches, in the units of the training's own loss (a script that
            accumulates undivided losses has their sum); NaN or infinite where it diverged.
        """

    def gradient_moments(self, count: int, groups: int) -> Moments:
        """Squared norms and inner products of the next gradients, without a step: weights and optimizer stay as they are.

        Parameters
        ----------
        count : int
            Gradients, each of `batch_size` examples while `accumulation_steps` is 1.
        groups : int
            Into how many sums they are dealt in turn; each costs a copy of the gradient in memory.
        """

    def evaluate(self) -> float:
        """Mean loss on held-out examples, in evaluation mode where that can be had; changes nothing and is not counted in `taken`.

        The examples are the same each time, and no step trains on them; where a script has no DataLoader they are other draws of its own.
        """

    def examined(self) -> dict[str, float]:
        """What a look at model, data and a few minibatches tells, by name, for `probes/measurements/sanity.py`; changes nothing.

        It costs `EXAMINED` gradients. `loss` is always there, in the units of the training's own; a fact that cannot be had is left out.
        """

    def step_memory(self) -> Memory:
        """What the next optimizer step takes, in bytes; the step is taken."""

    def predicted_memory(self, batch_size: int) -> Memory | None:
        """What a step at this many examples would take, in bytes, without computing it; None where that cannot be told."""

    def free_memory(self) -> float:
        """Bytes the training could have in all, with what it holds already: the memory budget where there is one."""

    def reseed(self, seed: int) -> None:
        """Another data order and other random states from here on."""

    def restored(self) -> AbstractContextManager[Any]:
        """Put everything back after the block, also after an exception: weights, buffers, optimizer, settings, data and random states."""

    def fresh(self) -> AbstractContextManager["Training"]:
        """The same training from its beginning, where a crash or an out-of-memory harms nothing else: in a process of its own."""
