"""The minibatches of a script's DataLoader as they come, where it draws them in a way of its own.

What is given is kept, so that it can be given again; where it would fill the memory no more is asked for, and the same comes round again.
"""

from typing import Any

from advisor.errors import AdvisorError
from probes.gradients.step_figures import rows_of
from probes.riding.feeding.feed import DRAWS, Feed, length
from probes.training import UNKNOWN
from probes.trainings.held_out import BATCHES_HELD_OUT, HELD_OUT

MOST = 1 << 30  # bytes of minibatches that are kept


def bytes_of(batch: Any) -> int:
    """Of all tensors in a minibatch."""
    import torch
    from torch.utils._pytree import tree_leaves

    return sum(leaf.numel() * leaf.element_size() for leaf in tree_leaves(batch) if isinstance(leaf, torch.Tensor))


class LoaderFeed(Feed):
    """The loader's own minibatches, from its beginning again where it ends; those given since a place was noted can be given again.

    There are at least as many examples in one as `least`.
    """

    def __init__(self, loader: Any, begin: Any, seed: int, least: int = 1):
        super().__init__(seed)
        self.loader, self.begin = loader, begin
        self.source: Any = None
        self.record: list[Any] = []
        self.kept_bytes = 0
        self.looks = DRAWS  # its sampler does, at the beginning of an epoch
        self.at = 0
        self.out = [self.next_of_loader()]
        self.rows = max(rows_of(self.out[0]) or 1, least)
        several = min(BATCHES_HELD_OUT, int(HELD_OUT * length(loader)))
        self.out += [self.next_of_loader() for _ in range(several - 1)]
        self.held = len(self.out)
        self.examples = min(self.rows * length(loader), UNKNOWN)

    def next_of_loader(self) -> Any:
        """The next minibatch of the script's own DataLoader, of another epoch where one has ended.

        Raises
        ------
        AdvisorError
            An epoch has none.
        """
        for _ in range(2):
            if self.source is None:
                self.source = self.begin(self.loader)
            try:
                return next(self.source)
            except StopIteration:
                self.source = None
        raise AdvisorError("the script's DataLoader gives no minibatch.")

    @property
    def whose(self) -> str:
        """The loader, by what it loads and how, for a sentence."""
        return f"the script's DataLoader ({type(self.loader.dataset).__name__}, {type(self.loader.batch_sampler).__name__})"

    @property
    def number(self) -> int:
        """Place of the next minibatch since the first that was not held out, plus those of an evaluation under way."""
        return self.round + self.at

    def drawn(self) -> Any:
        """The next of the record, or of the loader, which is recorded then and kept in memory, up to `MOST` bytes."""
        if self.at >= len(self.record) and not self.full:
            self.record.append(self.next_of_loader())
            self.kept_bytes += bytes_of(self.record[-1])
        self.at += 1
        return self.record[(self.at - 1) % len(self.record)]

    @property
    def full(self) -> bool:
        """Whether what is kept comes round again, as a smaller data set would."""
        return self.kept_bytes >= MOST

    def held_out(self, number: int) -> Any:
        """One of the first minibatches of the loader's first epoch; later epochs give their examples to train on as well."""
        return self.out[number]

    @property
    def batch_size(self) -> int:
        """Examples of the loader's first minibatch.

        Raises
        ------
        AdvisorError
            It is set to another number: the loader alone decides it.
        """
        return self.rows

    @batch_size.setter
    def batch_size(self, size: int) -> None:
        if size != self.rows:
            raise AdvisorError(f"{self.whose} draws its minibatches in a way of its own, so their size cannot be changed.")

    @property
    def num_workers(self) -> int:
        """Processes that load the script's data.

        Raises
        ------
        AdvisorError
            It is set to another number: the loader is asked as it is.
        """
        return int(self.loader.num_workers)

    @num_workers.setter
    def num_workers(self, count: int) -> None:
        if count != self.num_workers:
            raise AdvisorError(f"{self.whose} draws its minibatches in a way of its own, so their workers cannot be changed.")

    def reseed(self, seed: int) -> None:
        """On to minibatches not seen yet: the order is the loader's. Where all that are kept were seen, on from another of them."""
        self.at = len(self.record) + (seed % len(self.record) if self.full else 0)

    def place(self, ahead: int) -> Any:
        """How many minibatches of the record were used."""
        return self.at - (0 if self.aside else ahead)

    def put_back(self, place: Any) -> None:
        """Give those of the record again that came after this place."""
        self.at = place
