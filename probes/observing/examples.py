"""How many examples a minibatch has: those that a DataLoader hands out, else the rows of what the loss function is given.

A language model's loss is often given all tokens in one row. They are a view of what has a row for each example, so that is looked at.
"""

from typing import Any

from probes.gradients.step_figures import rows_of


def examples_of(output: Any, target: Any) -> int:
    """The rows that both have in common; 0 where they do not tell.

    Parameters
    ----------
    output, target : as a loss function of torch's is given them, whatever they are
    """
    wholes = [whole(one) for one in (output, target) if getattr(one, "ndim", 0)]
    fewest, most = (of((len(one) for one in wholes), default=0) for of in (min, max))
    return fewest if fewest and most % fewest == 0 else 0


def whole(tensor: Any) -> Any:
    """What a tensor is a view of, where that has the same elements in more dimensions; else the tensor."""
    base = tensor._base
    return base if base is not None and base.numel() == tensor.numel() and base.ndim > tensor.ndim else tensor


def over_time(output: Any, target: Any) -> bool:
    """Whether one of them has more dimensions than the examples', so that the first may be another's."""
    return any(whole(one).ndim > 1 + (one is output) for one in (output, target) if getattr(one, "ndim", 0))


def time_first(optimizer: Any) -> bool:
    """Whether a module that it trains takes time in the first dimension, the examples in the second."""
    from probes.state.found_modules import parameters_of, roots

    parts = (part for root in roots(parameters_of([optimizer])) for part in root.modules())
    return any(getattr(part, "batch_first", True) is False for part in parts)


class Examples:
    """Their number, `size`, 0 until it is known; without a DataLoader the losses of the first two steps have to agree on it."""

    def __init__(self) -> None:
        self.size = 0
        self.step: set[int] = set()
        self.counts: list[int] = []
        self.over_time = False

    @property
    def told(self) -> bool:
        """Whether the size is known, or will not be."""
        return bool(self.size) or len(self.counts) > 1

    def fetched(self, batch: Any) -> None:
        """A DataLoader gave this batch: the first one that has a tensor tells."""
        self.size = self.size or rows_of(batch)

    def lost(self, output: Any, target: Any) -> None:
        """A loss to train with was computed of these."""
        if self.told:
            return
        try:
            self.step.add(examples_of(output, target))
            self.over_time = self.over_time or over_time(output, target)
        except Exception:  # of a tensor that is none of torch's own
            self.step.add(0)

    def stepped(self, optimizer: Any) -> None:
        """The step that these losses were for has been taken."""
        if self.told:
            return
        counts, self.step = self.step, set()
        self.counts.append(counts.pop() if len(counts) == 1 else 0)
        if len(self.counts) == 2 and len(set(self.counts)) == 1 and not (self.over_time and time_first(optimizer)):
            self.size = self.counts[0]
