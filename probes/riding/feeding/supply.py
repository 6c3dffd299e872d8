"""Which minibatches a ridden script is given, and which of them it has not used yet."""

import time
from collections.abc import Callable
from typing import Any

from probes.riding.feeding.feed import Feed, length
from probes.riding.feeding.loader_feed import LoaderFeed
from probes.riding.feeding.prebatched import is_prebatched
from probes.riding.feeding.shuffled_feed import ShuffledFeed, can_be_drawn
from probes.state.random_states import RandomStates


class MinibatchSupply:
    """Stands between a script and its DataLoaders; `on_minibatch` is told of each one it was given to train on.

    Attributes
    ----------
    data_time, ours : float
        Seconds of this step that it waited for data, and that we took.
    batches : int
        Minibatches of a step; 0 where the script has no DataLoader.
    ahead : int
        How many were given and not used: some loops fetch one before they use the last.
    unwanted : int
        How many of these, together with the `filler` that completes a step, are not wanted any more.
    endless : bool
        An epoch goes on as long as the script trains in it, which spares the time between epochs.
    """

    def __init__(self, seed: int, on_minibatch: Callable[[Any], None]):
        self.seed, self.on_minibatch, self.data_time, self.ours = seed, on_minibatch, 0.0, 0.0
        self.feed: Feed | None = None
        self.loader: Any = None
        self.ahead = self.unwanted = 0
        self.endless = True
        self.start([])

    def start(self, seen: list[Any]) -> None:
        """The script begins; until its loop is known, what it is given is noted in `seen`."""
        if self.feed is not None and self.loader is not None:
            self.feed.give_again(self.prefetched)
        self.seen: list[Any] | None = seen
        self.loader = self.last = None
        self.training: WatchedIterator | None = None
        self.batches = self.ahead = self.unwanted = self.filler = 0
        self.random: RandomStates | None = None

    def take_over(self, training: "WatchedIterator | None", batches: int, ahead: int, rows: int) -> None:
        """The loop is known; the model was given so many rows at once."""
        self.seen, self.training, self.batches, self.ahead = None, training, batches, ahead
        if training is not None:
            self.loader = training.loader
            if self.feed is None:
                begin, drawn = training.original, can_be_drawn(self.loader) and not is_prebatched(self.loader, self.last, rows)
                least = rows if self.loader.batch_size == 1 else 1
                self.feed = ShuffledFeed(self.loader, begin, self.seed) if drawn else LoaderFeed(self.loader, begin, self.seed, least)

    def iterate(self, original: Any, loader: Any) -> Any:
        """In place of `DataLoader.__iter__`."""
        import torch

        if not torch.is_grad_enabled():
            return original(loader)
        if self.feed is not None and self.loader is not None and same_shapes(loader, self.loader):
            self.loader = loader
            self.feed.give_again(self.prefetched)  # what was fetched ahead is gone
            self.ahead = self.unwanted = self.filler = 0
        return WatchedIterator(self, loader, original)

    def given(self, passing: "WatchedIterator") -> Any:
        """The next minibatch for the script."""
        begin = time.perf_counter()
        passing.given += 1
        if self.seen is not None:
            batch = self.last = next(passing.source)
            self.seen.append(passing)
        elif passing.loader is self.loader and self.feed is not None:
            batch = self.fed(passing, self.feed)
        else:
            return next(passing.source)
        self.data_time += time.perf_counter() - begin
        self.on_minibatch(batch)
        return batch

    def fed(self, passing: "WatchedIterator", feed: Feed) -> Any:
        """The feed's next minibatch; StopIteration at an epoch's end, or after a whole one that was not trained on."""
        if self.random is not None:  # what the script drew since the last step, for an evaluation perhaps, changes no later step
            begin = time.perf_counter()
            self.random.put_back()
            self.random = None
            self.ours += time.perf_counter() - begin
            self.data_time -= time.perf_counter() - begin
        self.training = passing
        passing.unused += 1
        if passing.unused > passing.natural or (passing.given > passing.natural and not self.endless):
            raise StopIteration  # looked through without training on it, or at its own end
        if self.filler:
            self.filler -= 1
        else:
            self.last = feed.next()
        self.ahead += 1
        return self.last

    def end_epochs(self) -> bool:
        """Let epochs end where the script's own do, if it broke in a longer one, as a schedule does that is at its end; whether it did."""
        beyond = self.endless and self.training is not None and self.training.given > self.training.natural
        self.endless = self.endless and not beyond
        return beyond

    def trained(self) -> None:
        """A gradient was computed."""
        if self.training is not None:
            self.training.unused = 0

    def used(self, count: int) -> None:
        """A step used so many."""
        self.ahead = max(0, self.ahead - count)
        self.unwanted = max(0, self.unwanted - self.batches)

    def discard_prefetched(self) -> None:
        """What was fetched ahead is not wanted any more; whole steps use it up."""
        self.filler = -self.ahead % self.batches if self.batches else 0
        self.unwanted = self.ahead + self.filler

    @property
    def prefetched(self) -> int:
        """Minibatches that are wanted, were given, and are not used yet."""
        return max(0, self.ahead - self.unwanted)


class WatchedIterator:
    """What a script iterates over in place of its DataLoader's iterator."""

    def __init__(self, supply: MinibatchSupply, loader: Any, original: Any):
        self.supply, self.loader, self.original = supply, loader, original
        self.unused, self.given, self.natural = 0, 0, length(loader)
        self._source: Any = None
        if loader is not supply.loader:
            self._source = original(loader)

    @property
    def source(self) -> Any:
        """The loader's own iterator, made when it is first needed: where a feed takes its place, perhaps never."""
        if self._source is None:
            self._source = self.original(self.loader)
        return self._source

    def __iter__(self) -> "WatchedIterator":
        return self

    def __next__(self) -> Any:
        return self.supply.given(self)

    def __len__(self) -> int:
        return len(self.loader)


def same_shapes(one: Any, other: Any) -> bool:
    """Whether it is the same loader, or one made anew for another epoch."""
    return one is other or (
        other is not None
        and type(one.dataset) is type(other.dataset)
        and (one.batch_size, length(one)) == (other.batch_size, length(other))
    )
