"""Minibatches drawn anew from the examples of a script's DataLoader, of any size, in an order of our own that can be returned to.

What the script draws with replacement is drawn without, one epoch after the other, but for weights, which hold, also of what is held out.
"""

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

import numpy as np

from probes.process.rank import own_seed
from probes.riding.feeding.feed import Feed
from probes.trainings.held_out import SPLIT_SEED, held_out_of
from probes.trainings.minibatches import Order, WeightedOrder


def can_be_drawn(loader: Any) -> bool:
    """Whether the loader draws its examples in turn, at random or by weights, which is all that `ShuffledFeed` does."""
    from torch.utils.data import BatchSampler, DistributedSampler, RandomSampler, SequentialSampler, SubsetRandomSampler

    batches, _, _ = dealt(loader)
    sampler = getattr(batches, "sampler", None)
    plain = type(batches) is BatchSampler and hasattr(loader.dataset, "__getitem__")
    known = isinstance(sampler, SequentialSampler | SubsetRandomSampler | RandomSampler) or type(sampler) is DistributedSampler
    known = known or (isinstance(sampler, DistributedSampler) and sampler.num_replicas == 1) or weights(loader) is not None
    return bool(plain and known and len(indices(loader)) >= 2)


def weights(loader: Any) -> np.ndarray | None:
    """By which it draws its examples, shape (examples,); None where by none."""
    from torch.utils.data import WeightedRandomSampler

    sampler = getattr(dealt(loader)[0], "sampler", None)
    if not isinstance(sampler, WeightedRandomSampler) or not sampler.replacement or len(sampler.weights) != len(loader.dataset):
        return None
    return np.asarray(sampler.weights, float)


def indices(loader: Any) -> Sequence[int]:
    """Of the examples it draws from."""
    from torch.utils.data import SubsetRandomSampler

    sampler = getattr(dealt(loader)[0], "sampler", None)
    return sampler.indices if isinstance(sampler, SubsetRandomSampler) else range(len(loader.dataset))


def dealt(loader: Any) -> tuple[Any, int, int | None]:
    """Its batch sampler, among how many ranks that deals the examples, and which of them this one is; None where all get the same."""
    from torch.utils.data import DistributedSampler

    batches = loader.batch_sampler
    if type(batches).__name__ == "BatchSamplerShard" and not batches.split_batches:  # accelerate's, and Hugging Face's
        return batches.batch_sampler, batches.num_processes, batches.process_index
    sampler = getattr(batches, "sampler", None)
    return (batches, sampler.num_replicas, sampler.rank) if isinstance(sampler, DistributedSampler) else (batches, 1, None)


class Share:
    """A batch sampler: of the minibatches of all ranks, each a multiple of their number, one rank's part."""

    def __init__(self, order: Order, replicas: int, rank: int):
        self.order, self.replicas, self.rank = order, replicas, rank

    def __iter__(self) -> Iterator[list[int]]:
        return (batch[self.rank :: self.replicas] for batch in self.order)


class ShuffledFeed(Feed):
    """Drawn from the loader's examples, in an order of our own, put together by its own collate_fn.

    Of a DistributedSampler's, this rank's share: batch size and examples are a rank's, the order is that of all.
    """

    def __init__(self, loader: Any, begin: Any, seed: int):
        from torch.utils.data import Subset

        super().__init__(seed)
        self.loader, self.begin = loader, begin
        batches, self.replicas, place = dealt(loader)
        self.size_held, rank = int(batches.batch_size), place or 0
        those = indices(loader)
        train, out = ([int(those[i]) for i in part] for part in held_out_of(len(those), self.size_held * self.replicas))
        self.data, self.examples = Subset(loader.dataset, train), len(train) // self.replicas
        self.out = out[rank : len(out) // self.replicas * self.replicas : self.replicas] or out
        self.held = -(-len(self.out) // self.size_held)
        self.seeded = own_seed if place is None else int
        size, weighed = min(self.size_held, self.examples) * self.replicas, weights(loader)
        if weighed is None:
            self.order = Order(len(train), size, self.seeded(seed))
        else:
            self.order = WeightedOrder(weighed[train], size, self.seeded(seed))
            drawn = WeightedOrder(weighed[self.out], len(self.out), SPLIT_SEED)
            self.out = [self.out[i] for i in next(iter(drawn))]
        self.share = Share(self.order, self.replicas, rank)
        self._workers = int(loader.num_workers)
        self.start()

    def start(self) -> None:
        """Minibatches from the order's place on."""
        self.source: Iterator[Any] | None = None
        self.from_here, self.given = self.order.place, 0

    @property
    def number(self) -> int:
        """Place of the next minibatch since the order began or changed, plus those of an evaluation under way."""
        return self.round + self.given

    def drawn(self) -> Any:
        """The next of the order, put together by the loader's collate_fn, in `num_workers` processes that read ahead, or in this one."""
        if self.source is None:
            worker = {"num_workers": self._workers, "worker_init_fn": self.loader.worker_init_fn} if self._workers else {}
            self.source = self.loaded(self.data, self.share, **worker)
        self.given += 1
        return next(self.source)

    def held_out(self, number: int) -> Any:
        """The held-out minibatch of this number, below `held`: the same examples each time, always loaded in this process."""
        some = self.out[number * self.size_held : (number + 1) * self.size_held]
        return next(self.loaded(self.loader.dataset, [some]))

    def loaded(self, data: Any, batches: Any, **options: Any) -> Iterator[Any]:
        """As the loader itself would load these."""
        import torch

        made = torch.utils.data.DataLoader(
            data, batch_sampler=batches, collate_fn=self.loader.collate_fn, generator=torch.Generator(), **options
        )
        return iter(self.begin(made))

    @property
    def batch_size(self) -> int:
        """Examples of a minibatch on this rank; setting it begins a new epoch."""
        return self.order.batch_size // self.replicas

    @batch_size.setter
    def batch_size(self, size: int) -> None:
        self.put_back(self.place(0))
        self.order.batch_size = size * self.replicas
        self.start()

    @property
    def num_workers(self) -> int:
        """Processes that load; the loader's own number until another is set."""
        return self._workers

    @num_workers.setter
    def num_workers(self, count: int) -> None:
        self.put_back(self.place(0))
        self._workers = count

    def reseed(self, seed: int) -> None:
        """Begin another order: the same on all ranks that share the examples out, else each rank's own."""
        self.order.reseed(self.seeded(seed))
        self.start()

    def place(self, ahead: int) -> Any:
        """The order's place where its source began, and how many minibatches were used from there."""
        return self.from_here, self.given - (0 if self.aside else ahead)

    def put_back(self, place: Any) -> None:
        """Walk there from where the source began: it may have read ahead."""
        self.order.place, given = place
        for _ in islice(self.order, max(0, given)):
            pass
        self.start()
        self.from_here, self.given = place
