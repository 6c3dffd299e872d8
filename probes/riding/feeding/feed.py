"""The minibatches a ridden script is given in place of those of its own DataLoader."""

import pickle
from typing import Any

import numpy as np

from probes.state.random_states import RandomStates, seed_everything

LOOKS, DRAWS = 8, -1  # minibatches after which a data set is known to draw nothing; the count where it does


def traces() -> tuple[Any, ...]:
    """What tells whether anything was drawn at random."""
    import random

    import torch

    return random.getstate(), pickle.dumps(np.random.get_state()), torch.get_rng_state().numpy().tobytes()


def length(loader: Any) -> int:
    """Minibatches of an epoch; more than ever come where it does not know."""
    try:
        return len(loader)
    except TypeError:
        return 2**62


class Feed:
    """Minibatches without end.

    Attributes
    ----------
    evaluating : bool
        While it is true the held-out minibatches are given, over and over.
    one_batch : bool
        While it is true the same minibatch is given.
    held : int
        How many minibatches are held out.
    """

    examples: int
    held: int
    batch_size: int
    num_workers: int

    def __init__(self, seed: int):
        self.seed, self.looks = seed, 0
        self.evaluating, self.one_batch, self.kept, self.round = False, False, None, 0

    def next(self) -> Any:
        """The next one; what the data set draws at random depends on its place alone, and no random state is changed."""
        if self.looks > LOOKS:  # it draws nothing at random
            return self.chosen()
        before = RandomStates()
        seed_everything(self.seed + self.number)
        seeded = traces()
        try:
            return self.chosen()
        finally:
            self.looks = self.looks + 1 if self.looks >= 0 and traces() == seeded else DRAWS
            before.put_back()

    def chosen(self) -> Any:
        """The next minibatch of the kind that is on: a held-out one, the same again, or the training's next."""
        if self.evaluating:
            self.round += 1
            return self.held_out((self.round - 1) % self.held)
        if not self.one_batch:
            return self.drawn()
        if self.kept is None:
            self.kept = self.drawn()
        return self.kept

    def switch_to(self, evaluating: bool = False, one_batch: bool = False) -> None:
        """Begin to give another kind of minibatches."""
        self.evaluating, self.one_batch, self.kept, self.round = evaluating, one_batch, None, 0

    @property
    def number(self) -> int:
        """Of the next minibatch."""
        return self.round

    def give_again(self, ahead: int) -> None:
        """The last minibatches given were never used: give them again."""
        if self.evaluating:
            self.round -= ahead
        elif not self.one_batch:
            self.put_back(self.place(ahead))

    @property
    def aside(self) -> bool:
        """Whether what is given is not the next of the training's."""
        return self.evaluating or self.one_batch

    def drawn(self) -> Any:
        """The next minibatch of the training."""

    def held_out(self, number: int) -> Any:
        """The held-out minibatch of this number, 0 ≤ number < `held`; the same examples each time."""

    def reseed(self, seed: int) -> None:
        """Go on with minibatches in another order, or with others where the order is the loader's."""

    def place(self, ahead: int) -> Any:
        """Where the minibatch after those that have been used begins; `ahead` were given and not yet used."""

    def put_back(self, place: Any) -> None:
        """Go on from where `place` was noted."""
