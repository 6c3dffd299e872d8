"""What a training step would take in memory, told without computing it: tensors of the right sizes that hold no values.

A copy of model and optimizer over such tensors runs through the very code of a step, while its live bytes are counted. Nothing is
allocated, so nothing runs out. A model that looks at values (`.item()`, an `if` on a tensor) cannot run this way.

It imports torch, so it is imported inside functions.
"""

from copy import copy, deepcopy
from typing import Any

import torch
from torch._subclasses.fake_tensor import FakeTensorMode
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_map
from torch.utils.data import DataLoader

from probes.memory.device_memory import BLOCK
from probes.memory.live_bytes import LiveBytes
from probes.training import Memory
from probes.trainings.checkpointing import forget_random_states
from probes.trainings.model_step import ModelStep


class ValuelessStep:
    """A training over tensors that have no values, made from an OwnLoop and sharing no tensor with it."""

    def __init__(self, training: Any):
        self.fake = FakeTensorMode(allow_non_fake_inputs=True)
        memo = {id(tensor): self.fake.from_tensor(tensor) for tensor in training.tensors()}
        self.twin = copy(training)
        self.twin.model, self.twin.optimizer, self.twin.loss = deepcopy((training.model, training.optimizer, training.loss), memo)
        if training.device.startswith("cuda"):  # on the CPU they can be put back, and count
            forget_random_states(self.twin.model)
        self.twin.scaler, self.twin.advance = None, self.advance
        self.twin.computes_another = bool(training.computes_another)  # to find out takes memory of its own
        self.templates = templates(training)
        self.stepped = False

    def advance(self, batches) -> None:
        """Stand in for the twin's own `ModelStep.advance`: any number that the optimizer reads from a tensor is 1."""
        with AnyScalar():
            ModelStep.advance(self.twin, batches)

    def step(self, batch_size: int, accumulation_steps: int) -> Memory:
        """The memory of a step at this batch size, optimizer state included: of the second, or of the first where that takes more.

        Raises
        ------
        Exception
            Whatever the model or the optimizer raises when it asks a tensor for its values.
        """
        first = None if self.stepped else self.peak_seen(batch_size, accumulation_steps)
        self.stepped = True
        second = self.peak_seen(batch_size, accumulation_steps)
        most = float(max(second.peak, first.peak if first else 0))
        return Memory(most, most, float(second.resident))

    def peak_seen(self, batch_size: int, accumulation_steps: int) -> LiveBytes:
        """Go through one step at this batch size, its live bytes counted: in the allocator's blocks for CUDA, exactly for the CPU."""
        device = self.twin.device
        self.twin.optimizer.zero_grad(set_to_none=True)
        with self.fake:
            made = [tree_map(lambda one, two: stretched(one, two, batch_size, device), *self.templates) for _ in range(accumulation_steps)]
            with LiveBytes(made, block=BLOCK if device.startswith("cuda") else 1) as seen:
                self.twin.updated(made)
        return seen


class AnyScalar(TorchDispatchMode):
    """Reads 1 where an optimizer asks for a number, such as its count of steps: no size depends on it."""

    def __torch_dispatch__(self, operation, types, args=(), kwargs=None):
        if operation is torch.ops.aten._local_scalar_dense.default:
            return 1.0 if args[0].dtype.is_floating_point else 1
        return operation(*args, **(kwargs or {}))


def templates(training: Any) -> tuple[Any, Any]:
    """A minibatch of one example and one of two."""
    two = [0, min(1, training.examples - 1)]
    one, both = DataLoader(training.dataset, batch_sampler=[two[:1], two])
    return one, both


def stretched(one: Any, two: Any, size: int, device: str) -> Any:
    """What the leaf of a minibatch of one example, and of two, becomes with `size` of them; what is no tensor stays as it is.

    Each dimension grows with every example by as much as from the first to the second.
    """
    if not isinstance(one, torch.Tensor):
        return one
    shape = [a + (b - a) * (size - 1) for a, b in zip(one.shape, two.shape, strict=True)]
    return torch.empty(shape, dtype=one.dtype, device=device)
