"""Where the parts of a step's gradient can be seen: between the backward passes that accumulate, and before the all-reduce of DDP.

It imports torch, so it is imported inside functions.
"""

from collections.abc import Callable, Sequence
from typing import Any

import torch
import torch.distributed as dist

from probes.gradients.real_numbers import norms, real
from probes.gradients.streaming_noise import StreamingNoise


def squared_norm(tensors: Sequence[torch.Tensor]) -> torch.Tensor:
    """Of all of them as one vector, in single precision, or in double where they are; shape ()."""
    return torch.stack(norms([real(tensor) for tensor in tensors])).square().sum()


class Accumulation:
    """Feeds a noise scale from gradients that accumulate. Memory: a copy of the gradient.

    Call `after_backward` after every backward pass with the parameters' `.grad`, before anything clips or zeroes them, and `at_step` when
    the optimizer has stepped.

    Parameters
    ----------
    size
        Examples of a minibatch.
    """

    def __init__(self, noise: StreamingNoise, size: float):
        self.noise, self.size = noise, size
        self.forget()

    def forget(self) -> None:
        """Begin another step."""
        self.before: list[torch.Tensor | None] = []
        self.squares: list[torch.Tensor] = []
        self.total: torch.Tensor | None = None

    @torch.no_grad()
    def after_backward(self, gradients: Sequence[torch.Tensor | None]) -> None:
        """The gradients as they stand: the sum of all backward passes since the last step, None for what has none."""
        before = self.before or [None] * len(gradients)
        pairs = [(now.to_dense(), then) for now, then in zip(gradients, before, strict=True) if now is not None]
        if pairs:
            self.squares.append(squared_norm([now if then is None else now - then for now, then in pairs]))
            self.total = squared_norm([now for now, _ in pairs])
            self.before = [None if now is None else now.to_dense().clone() for now in gradients]

    def at_step(self) -> None:
        """Count the step, and begin another."""
        count = len(self.squares)
        if count > 1 and self.total is not None:
            self.noise.add(torch.stack(self.squares).mean(), self.total / count**2, self.size, count)
        self.forget()


class Ranks:
    """Feeds a noise scale from the gradients of DDP's ranks: `model.register_comm_hook(Ranks(noise, size), across_ranks)`.

    A step is known once the next begins, or `settle` is called. It costs an all-reduce of one number a step.

    Parameters
    ----------
    size
        Examples a rank sees between two all-reduces.
    hook, state
        The communication hook that does the averaging, and its state; default: all-reduce.
    """

    def __init__(self, noise: StreamingNoise, size: float, hook: Callable[..., Any] | None = None, state: Any = None):
        from torch.distributed.algorithms.ddp_comm_hooks.default_hooks import allreduce_hook

        self.noise, self.size, self.hook, self.state = noise, size, hook or allreduce_hook, state
        self.own: list[torch.Tensor] = []
        self.mean: list[torch.Tensor] = []
        self.total: tuple[torch.Tensor, Any] | None = None

    def settle(self) -> None:
        """Count the step that has ended."""
        if self.total is not None:
            total, work = self.total
            work.wait()
            ranks = dist.get_world_size()
            self.noise.add(total / ranks, torch.stack(self.mean).sum(), self.size, ranks)
            self.own, self.mean, self.total = [], [], None

    def averaged(self, done: torch.futures.Future) -> torch.Tensor:
        """A bucket that has become the mean over ranks."""
        found = done.value()
        bucket = found[0] if isinstance(found, list) else found
        self.mean.append(squared_norm([bucket]))
        return bucket


def across_ranks(state: Ranks, bucket: dist.GradBucket) -> torch.futures.Future[torch.Tensor]:
    """The communication hook: the state's own, seen before and after."""
    state.settle()
    state.own.append(squared_norm([bucket.buffer()]))
    if bucket.is_last():
        total = torch.stack(state.own).sum()
        state.total = total, dist.all_reduce(total, async_op=True)
    return state.hook(state.state, bucket).then(state.averaged)


class OwnGradients:
    """The squared norm of a rank's own gradient of a backward pass: `model.register_comm_hook(OwnGradients(wanted), before_averaging)`.

    Only where `wanted()` is true is anything computed.
    """

    def __init__(self, wanted: Callable[[], bool]):
        self.wanted = wanted
        self.squares: list[torch.Tensor] = []

    def taken(self) -> torch.Tensor | None:
        """That of the pass before; shape (), None where nothing was read."""
        squares, self.squares = self.squares, []
        return torch.stack(squares).sum() if squares else None


def before_averaging(state: OwnGradients, bucket: dist.GradBucket) -> torch.futures.Future[torch.Tensor]:
    """The communication hook: all-reduce, the rank's own gradient seen before."""
    from torch.distributed.algorithms.ddp_comm_hooks.default_hooks import allreduce_hook

    if state.wanted():
        state.squares.append(squared_norm([bucket.buffer()]))
    return allreduce_hook(dist.group.WORLD, bucket)  # type: ignore[arg-type]
