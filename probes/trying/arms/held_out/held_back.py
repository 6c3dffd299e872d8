"""The minibatches of a DataLoader without the examples that are held out of it."""

from collections.abc import Iterator
from typing import Any

SHARE, MOST_SHARE = 10, 4  # one in ten is held out, or more where only so whole minibatches are; at most one in four
MOST = 2000  # examples: more cost time and tell little


def count_held_out(examples: int, batch_size: int, drop_last: bool) -> int:
    """How many are held out; 0 where nothing can be.

    An epoch has no more minibatches than it had, which a schedule may count, and none that is smaller, which a normalization may not take.
    """

    def batches(trained: int, held: int) -> int:
        return (trained // batch_size if drop_last else -(-trained // batch_size)) + -(-held // batch_size)

    least = max(1, min(examples // SHARE, MOST))
    for held in range(least, min(least + batch_size, examples // MOST_SHARE) + 1):
        rest = 0 if drop_last else (examples - held) % batch_size
        if batches(examples - held, held) <= batches(examples, 0) and (not rest or rest >= (examples % batch_size or batch_size)):
            return held
    return 0


class HeldBack:
    """In place of torch's BatchSampler: its batches, of the examples that are not held out; it says to be as long as it was."""

    def __init__(self, own: Any, held_out: list[int]):
        self.own, self.held_out, self.out = own, held_out, frozenset(held_out)

    def __iter__(self) -> Iterator[list[int]]:
        batch: list[int] = []
        for index in self.own.sampler:
            if index not in self.out:
                batch.append(index)
            if len(batch) == self.own.batch_size:
                yield batch
                batch = []
        if batch and not self.own.drop_last:
            yield batch

    def __len__(self) -> int:
        return len(self.own)


def held_back(loader: Any, seed: int) -> HeldBack | None:
    """The batch sampler to read this loader with; None where it draws its minibatches in a way of its own.

    Parameters
    ----------
    seed : of which examples are held out: the same for data of one length
    """
    import torch
    from torch.utils.data import BatchSampler, IterableDataset

    own = loader.batch_sampler
    if type(own) is not BatchSampler or isinstance(loader.dataset, IterableDataset) or not hasattr(loader.dataset, "__len__"):
        return None
    examples = len(loader.dataset)
    held = count_held_out(examples, own.batch_size, own.drop_last)
    drawn = torch.randperm(examples, generator=torch.Generator().manual_seed(seed))
    return HeldBack(own, sorted(drawn[:held].tolist())) if held else None


def minibatches(hooks: Any, loader: Any, back: HeldBack) -> Iterator[Any]:
    """Those that are held out, made as this loader makes its own; `hooks` are told of none."""
    import torch
    from torch.utils.data import DataLoader

    size = back.own.batch_size
    batches = [back.held_out[i : i + size] for i in range(0, len(back.held_out), size)]
    hooks.on = False
    try:
        return iter(DataLoader(loader.dataset, batch_sampler=batches, collate_fn=loader.collate_fn, generator=torch.Generator()))
    finally:
        hooks.on = True
