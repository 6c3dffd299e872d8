"""Shuffled minibatches without end, whose place can be noted and returned to."""

from copy import deepcopy

import numpy as np


class Order:
    """A batch sampler: lists of indices into a data set, a fresh permutation each epoch, the small rest of an epoch dropped."""

    def __init__(self, examples: int, batch_size: int, seed: int):
        self.examples, self._batch_size = examples, batch_size
        self.reseed(seed)

    def reseed(self, seed: int) -> None:
        self.random = np.random.default_rng(seed)
        self.left = self.random.permutation(self.examples)

    @property
    def batch_size(self) -> int:
        return self._batch_size

    @batch_size.setter
    def batch_size(self, size: int) -> None:
        """Another size begins another epoch."""
        self._batch_size = size
        self.left = self.random.permutation(self.examples)

    def __iter__(self):
        while True:
            if len(self.left) < self._batch_size:
                self.left = self.random.permutation(self.examples)
            taken, self.left = np.split(self.left, [self._batch_size])
            yield taken.tolist()

    @property
    def place(self):
        return self._batch_size, self.left, deepcopy(self.random.bit_generator.state)

    @place.setter
    def place(self, place) -> None:
        self._batch_size, self.left, self.random.bit_generator.state = place


def endless(dataset, order: Order):
    """An iterator over the data set's minibatches in this order. It reads none ahead, so a change of the order holds from the next one."""
    import torch
    from torch.utils.data import DataLoader

    return iter(DataLoader(dataset, batch_sampler=order, generator=torch.Generator()))


def to_device(batch, device):
    """The batch with every tensor in it on the device."""
    from torch.utils._pytree import tree_map

    return tree_map(lambda part: part.to(device) if hasattr(part, "to") else part, batch)
