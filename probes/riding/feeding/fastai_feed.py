"""What riding a fastai script takes besides its optimizers: its DataLoader as torch's, and accumulation over minibatches of any size."""

import sys
import weakref
from collections.abc import Iterator
from typing import Any

from probes.hooks.after_import import after_import
from probes.hooks.fastai_hooks import Counterparts, replaced

ORDERING = ("__iter__", "__len__", "get_idxs", "sample", "shuffle_fn", "create_batches", "chunkify")


def ride_fastai(hooks: Any, steering: Any) -> None:
    """Feed fastai's loops as well; imports nothing of fastai."""
    twins = Counterparts(LoaderTwin)
    own: weakref.WeakKeyDictionary[Any, float] = weakref.WeakKeyDictionary()  # examples of a step, by callback

    def iterate(original, loader):
        twin = twins.of(loader)
        return steering.supply.iterate(lambda made: original(loader) if made is twin else twin.finished(made), twin)

    def accumulate(original, callback):
        """A step stays one of as many minibatches, whatever their size."""
        examples, feed = own.setdefault(callback, callback.n_acc), steering.supply.feed
        if steering.shape is not None and feed is not None:
            callback.n_acc = examples * feed.batch_size / steering.first.rows
        original(callback)

    def draw(original, callback):
        """No progress bar: of an epoch that goes on as long as the probe does it would grow without end."""

    for module, owner, name, around in (
        ("fastai.data.load", "DataLoader", "__iter__", iterate),
        ("fastai.callback.progress", "ProgressCallback", "after_batch", draw),
        ("fastai.callback.training", "GradientAccumulation", "after_loss", accumulate),
    ):
        after_import(module, lambda what=(module, owner, name, around): replaced(hooks, *what))  # type: ignore[misc]


class Examples:
    """The examples of a fastai DataLoader, one by one."""

    def __init__(self, loader: Any):
        self.loader = loader

    def __len__(self) -> int:
        return int(self.loader.n)

    def __getitem__(self, i: int) -> Any:
        return self.loader.do_item(i)


class LoaderTwin:
    """A fastai DataLoader, with the names torch's has, of which `ShuffledFeed` or `LoaderFeed` makes minibatches."""

    def __init__(self, loader: Any):
        from torch.utils.data import BatchSampler, SequentialSampler

        self.loader, self.worker_init_fn = loader, None
        self.num_workers = loader.fake_l.num_workers
        self.batch_size, self.dataset, self.batch_sampler = loader.bs, loader.dataset, loader
        if draws_plainly(loader):
            self.dataset = Examples(loader)
            self.batch_sampler = BatchSampler(SequentialSampler(self.dataset), loader.bs, False)

    def __len__(self) -> int:
        return len(self.loader)

    def collate_fn(self, items: list[Any]) -> Any:
        """Items as a minibatch, fastai's own way; torch's DataLoader calls it, in its worker processes where there are any."""
        return self.loader.do_batch([item for item in items if item is not None])  # None is one that is to be skipped

    def finished(self, made: Any) -> Iterator[Any]:
        """The minibatches of a torch DataLoader, after what fastai does with a whole minibatch."""
        loader = self.loader
        loader.before_iter()
        for batch in made._get_iterator():
            if loader.device is not None:
                batch = sys.modules["fastai.torch_core"].to_device(batch, loader.device)
            yield loader.after_batch(batch)


def draws_plainly(loader: Any) -> bool:
    """Whether it draws its examples in turn or at random, each as likely as any other, and puts together so many."""
    plain = sys.modules["fastai.data.load"].DataLoader
    other = [name for name in ORDERING if getattr(getattr(loader, name), "__func__", None) is not getattr(plain, name)]
    weights = vars(loader).get("wgts")
    alike = weights is not None and len(set(weights)) == 1  # fastai's tabular loaders have them, to no effect
    return bool(loader.indexed and loader.bs and loader.n and (not other or (alike and other == ["get_idxs"])))
