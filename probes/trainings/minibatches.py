"""Shuffled minibatches without end, whose place can be noted and returned to."""

from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import numpy as np

KEPT = 256 * 2**20  # bytes of examples that are kept in memory where they are read again and again


class Order:
    """A batch sampler: lists of indices into a data set, a fresh permutation each epoch, the small rest of an epoch dropped."""

    def __init__(self, examples: int, batch_size: int, seed: int):
        self.examples, self._batch_size, self.turns = examples, batch_size, 0
        self.reseed(seed)

    def reseed(self, seed: int) -> None:
        """Begin an epoch in another order, and make all orders after it follow from this seed."""
        self.turns += 1  # whoever has read ahead has read in vain
        self.random = np.random.default_rng(seed)
        self.left = self.epoch()

    @property
    def batch_size(self) -> int:
        """Examples in a minibatch; setting it, to the same size too, begins another epoch."""
        return self._batch_size

    @batch_size.setter
    def batch_size(self, size: int) -> None:
        self._batch_size, self.turns = size, self.turns + 1
        self.left = self.epoch()

    def epoch(self) -> np.ndarray:
        """The indices of another one, shape (examples,)."""
        return self.random.permutation(self.examples)

    def __iter__(self):
        while True:
            if len(self.left) < self._batch_size:
                self.left = self.epoch()
            taken, self.left = np.split(self.left, [self._batch_size])
            yield taken.tolist()

    @property
    def place(self):
        """Where the next minibatch begins, to be set again later: the batch size, what is left of the epoch, the generator's state."""
        return self._batch_size, self.left, deepcopy(self.random.bit_generator.state)

    @place.setter
    def place(self, place) -> None:
        self.turns += 1
        self._batch_size, self.left, self.random.bit_generator.state = place


class WeightedOrder(Order):
    """Each index drawn by its weight, again and again: as many as there are examples are an epoch."""

    def __init__(self, weights: np.ndarray, batch_size: int, seed: int):
        self.shares = weights / weights.sum()
        super().__init__(len(weights), batch_size, seed)

    def epoch(self) -> np.ndarray:
        """The indices of another one, shape (examples,), some of them more than once."""
        return self.random.choice(self.examples, self.examples, p=self.shares)


class Minibatches:
    """A data set's minibatches in an order, without end, read by this process or by `workers` ahead of it.

    Either way the order stands where the last minibatch that was taken left it, and a change of it holds from the next one.
    """

    def __init__(self, dataset, order: Order):
        self.dataset, self.order, self._workers, self.turns = dataset, order, 0, -1
        self.reader: Iterator[Any] = self.read_by(order, 0)

    @property
    def workers(self) -> int:
        """Processes that read ahead, 0 for none; another number starts them anew, at the order's place."""
        return self._workers

    @workers.setter
    def workers(self, count: int) -> None:
        if count != self._workers:
            self._workers, self.turns, self.reader = count, -1, self.read_by(self.order, 0)

    def read_by(self, order: Order, workers: int) -> Iterator[Any]:
        """The minibatches of this order as torch's DataLoader collates them; the loader itself draws from no global random state."""
        import torch
        from torch.utils.data import DataLoader

        return iter(DataLoader(self.dataset, batch_sampler=order, num_workers=workers, generator=torch.Generator()))

    def __next__(self):
        if self.workers:
            if self.turns != self.order.turns:
                self.turns, self.reader = self.order.turns, self.read_by(deepcopy(self.order), self.workers)
            next(iter(self.order))
        return next(self.reader)


def to_device(batch, device):
    """The batch, a nested structure of any shapes, with every tensor in it on the device; what is no tensor stays as it is."""
    from torch.utils._pytree import tree_map

    return tree_map(lambda part: part.to(device) if hasattr(part, "to") else part, batch)


def kept(examples):
    """The examples as a list, read once, where as many as large as the first take at most 256 MiB; else as they were given."""
    from torch.utils._pytree import tree_leaves

    if isinstance(examples, list):
        return examples
    bytes_each = sum(leaf.nbytes for leaf in tree_leaves(examples[0]) if hasattr(leaf, "nbytes"))
    return [examples[i] for i in range(len(examples))] if len(examples) * bytes_each <= KEPT else examples
