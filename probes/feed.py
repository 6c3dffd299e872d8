"""The minibatches a ridden script is given in place of those of its own DataLoader."""

from collections.abc import Iterator
from itertools import islice
from typing import Any

import numpy as np

from advisor.errors import AdvisorError
from probes.contract import HELD_OUT, MOST_HELD_OUT, SPLIT_SEED
from probes.minibatches import Order
from probes.snapshot import RandomStates, seed_everything

BATCHES_HELD_OUT = 8  # at most: an evaluation is a forward and a backward pass of each


def feed_of(loader: Any, begin: Any, seed: int) -> "Feed":
    """For this loader: drawn anew from its examples where it draws them in turn or at random, else its own minibatches.

    `begin(loader)` is torch's own iteration over a loader.
    """
    from torch.utils.data import BatchSampler, RandomSampler, SequentialSampler

    sampler = getattr(loader.batch_sampler, "sampler", None)
    plain = type(loader.batch_sampler) is BatchSampler and hasattr(loader.dataset, "__getitem__")
    in_turn = isinstance(sampler, SequentialSampler) or (isinstance(sampler, RandomSampler) and not sampler.replacement)
    if plain and in_turn and len(loader.dataset) >= 2:
        return Drawn(loader, begin, seed)
    return Given(loader, begin, seed)


def held_out_of(examples: int, batch_size: int) -> tuple[list[int], list[int]]:
    """The indices to train on and those held out: whole minibatches, at most a fifth of the examples."""
    share = int(min(HELD_OUT * examples, MOST_HELD_OUT, BATCHES_HELD_OUT * batch_size))
    out = max(1, share // batch_size * batch_size or share)
    order = np.random.default_rng(SPLIT_SEED).permutation(examples)
    return order[out:].tolist(), order[:out].tolist()


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
        self.seed = seed
        self.evaluating, self.one_batch, self.kept, self.round = False, False, None, 0

    def next(self) -> Any:
        """The next one; what the data set draws at random depends on its place alone, and no random state is changed."""
        before = RandomStates()
        seed_everything(self.seed + self.number)
        try:
            return self.chosen()
        finally:
            before.put_back()

    def chosen(self) -> Any:
        if self.evaluating:
            self.round += 1
            return self.held_out((self.round - 1) % self.held)
        if not self.one_batch:
            return self.drawn()
        if self.kept is None:
            self.kept = self.drawn()
        return self.kept

    def settle(self, evaluating: bool = False, one_batch: bool = False) -> None:
        """Begin to give another kind of minibatches."""
        self.evaluating, self.one_batch, self.kept, self.round = evaluating, one_batch, None, 0

    @property
    def number(self) -> int:
        """Of the next minibatch."""
        return self.round

    def lose(self, ahead: int) -> None:
        """The last minibatches given were never used: give them again."""
        if self.evaluating:
            self.round -= ahead
        elif not self.one_batch:
            self.put_back(self.place(ahead))

    @property
    def aside(self) -> bool:
        """Whether what is given is not the next of the training's."""
        return self.evaluating or self.one_batch

    def drawn(self) -> Any: ...
    def held_out(self, number: int) -> Any: ...
    def reseed(self, seed: int) -> None: ...
    def place(self, ahead: int) -> Any:
        """Where the minibatch after those that have been used begins; `ahead` were given and not yet used."""

    def put_back(self, place: Any) -> None: ...


class Drawn(Feed):
    """Drawn from the loader's examples, in an order of our own, put together by its own collate_fn."""

    def __init__(self, loader: Any, begin: Any, seed: int):
        from torch.utils.data import Subset

        super().__init__(seed)
        self.loader, self.begin = loader, begin
        self.size_held = int(loader.batch_sampler.batch_size)
        train, self.out = held_out_of(len(loader.dataset), self.size_held)
        self.data, self.examples = Subset(loader.dataset, train), len(train)
        self.held = -(-len(self.out) // self.size_held)
        self.order = Order(self.examples, min(self.size_held, self.examples), seed)
        self._workers = int(loader.num_workers)
        self.start()

    def start(self) -> None:
        """Minibatches from the order's place on."""
        self.source: Iterator[Any] | None = None
        self.from_here, self.given = self.order.place, 0

    @property
    def number(self) -> int:
        return self.round + self.given

    def drawn(self) -> Any:
        import torch

        if self.source is None:
            worker = {"num_workers": self._workers, "worker_init_fn": self.loader.worker_init_fn} if self._workers else {}
            made = torch.utils.data.DataLoader(
                self.data, batch_sampler=self.order, collate_fn=self.loader.collate_fn, generator=torch.Generator(), **worker
            )
            self.source = self.begin(made)
        self.given += 1
        return next(self.source)

    def held_out(self, number: int) -> Any:
        some = self.out[number * self.size_held : (number + 1) * self.size_held]
        return self.loader.collate_fn([self.loader.dataset[i] for i in some])

    @property
    def batch_size(self) -> int:
        return self.order.batch_size

    @batch_size.setter
    def batch_size(self, size: int) -> None:
        self.put_back(self.place(0))
        self.order.batch_size = size
        self.start()

    @property
    def num_workers(self) -> int:
        return self._workers

    @num_workers.setter
    def num_workers(self, count: int) -> None:
        self.put_back(self.place(0))
        self._workers = count

    def reseed(self, seed: int) -> None:
        self.order.reseed(seed)
        self.start()

    def place(self, ahead: int) -> Any:
        return self.from_here, self.given - (0 if self.aside else ahead)

    def put_back(self, place: Any) -> None:
        """Walk there from where the source began: it may have read ahead."""
        self.order.place, given = place
        for _ in islice(self.order, max(0, given)):
            pass
        self.start()
        self.from_here, self.given = place


class Given(Feed):
    """The loader's own minibatches, from its beginning again where it ends; those given since a place was noted can be given again."""

    def __init__(self, loader: Any, begin: Any, seed: int):
        from probes.recorder import rows_of

        super().__init__(seed)
        self.loader, self.begin = loader, begin
        self.source: Any = None
        self.record: list[Any] = []
        self.at = 0
        self.out = [self.fresh()]
        self.rows = rows_of(self.out[0]) or 1
        several = BATCHES_HELD_OUT if not hasattr(loader, "__len__") else min(BATCHES_HELD_OUT, int(HELD_OUT * len(loader)))
        self.out += [self.fresh() for _ in range(several - 1)]
        self.held, self.num_workers = len(self.out), int(loader.num_workers)
        self.examples = self.rows * len(loader) if hasattr(loader, "__len__") else 2**31

    def fresh(self) -> Any:
        for _ in range(2):
            if self.source is None:
                self.source = self.begin(self.loader)
            try:
                return next(self.source)
            except StopIteration:
                self.source = None
        raise AdvisorError("the script's DataLoader gives no minibatch.")

    @property
    def number(self) -> int:
        return self.round + self.at

    def drawn(self) -> Any:
        if self.at == len(self.record):
            self.record.append(self.fresh())
        self.at += 1
        return self.record[self.at - 1]

    def held_out(self, number: int) -> Any:
        return self.out[number]

    @property
    def batch_size(self) -> int:
        return self.rows

    @batch_size.setter
    def batch_size(self, size: int) -> None:
        if size != self.rows:
            raise AdvisorError(
                f"the script's DataLoader ({type(self.loader.dataset).__name__}, {type(self.loader.batch_sampler).__name__}) "
                "draws its minibatches in a way of its own, so their size cannot be changed."
            )

    def reseed(self, seed: int) -> None:
        """On to minibatches not seen yet: the order is the loader's."""
        self.at = len(self.record)

    def place(self, ahead: int) -> Any:
        return self.at - (0 if self.aside else ahead)

    def put_back(self, place: Any) -> None:
        self.at = place
