"""The script's own loop evaluates what is held out: at the end of an epoch, and after its last step, it is given those minibatches.

It computes their loss as of any other; but its modules are in evaluation mode, its gradients are put aside, and no step is taken. Nobody
else who listens is told of it.
"""

from collections.abc import Callable, Iterator
from typing import Any

from probes.gradients.step_figures import rows_of
from probes.trying.arms.held_out.evaluation_mode import EvaluationMode
from probes.trying.arms.held_out.held_back import HeldBack, held_back, minibatches


class HeldOut:
    """Holds out of every DataLoader that is trained from, and tells `done(loss)` of each evaluation.

    Parameters
    ----------
    over : whether the training has had its steps, with so many more that are under way
    stop : ends the script by `StopProbe`

    Attributes
    ----------
    examples : int
        How many are held out.
    """

    def __init__(self, hooks: Any, seed: int, over: Callable[[int], bool], stop: Callable[[], None], done: Callable[[float], None]):
        self.hooks, self.seed, self.over, self.stop, self.done = hooks, seed, over, stop, done
        self.examples = 0
        self.left: Iterator[Any] | None = None  # while it is their turn
        self.mode: EvaluationMode | None = None
        self.loader: Any = None
        self.optimizer: Any = None
        self.steps, self.evaluated_at = 0, -1
        self.begin_epoch()

    @property
    def evaluating(self) -> bool:
        """Whether what the script computes now is of held-out examples."""
        return self.mode is not None

    def start(self) -> None:
        """From the first line of the script on."""
        import torch
        from torch.utils.data.dataloader import _BaseDataLoaderIter

        self.hooks.replace(_BaseDataLoaderIter, "__init__", self.iterate)
        self.hooks.replace(_BaseDataLoaderIter, "__next__", self.next)
        self.hooks.replace(torch.nn.Module, "train", self.train)

    def begin_epoch(self) -> None:
        """Nothing was read or computed yet."""
        self.given = self.trained = self.ahead = self.pending = 0
        self.losses: list[tuple[Any, int]] = []
        self.sizes: list[int] = []
        self.last = self.spent = False

    def iterate(self, original: Any, iterator: Any, loader: Any, *args: Any) -> None:
        """In place of the making of an iterator: one that is to be trained from holds back."""
        import torch

        original(iterator, loader, *args)
        back = held_back(loader, self.seed) if torch.is_grad_enabled() and loader.batch_sampler is not None else None
        if back is not None:
            self.end()
            self.begin_epoch()
            iterator._index_sampler, iterator._sampler_iter = back, iter(back)
            self.loader, self.examples = loader, len(back.held_out)

    def next(self, original: Any, iterator: Any) -> Any:
        """In place of an iterator's next minibatch: one that is held out, where it is their turn.

        Raises
        ------
        StopIteration
            All were given.
        StopProbe
            The training has had its steps and was evaluated after the last of them.
        """
        back = iterator._index_sampler
        if not isinstance(back, HeldBack):
            return original(iterator)
        if self.spent:
            raise StopIteration
        if self.left is None and not self.over(self.ahead):
            try:
                return self.counted(original(iterator))
            except StopIteration:
                if self.optimizer is None:
                    raise
        if self.left is None:
            self.begin(back)
        return self.given_next()

    def begin(self, back: HeldBack) -> None:
        """Begin an evaluation.

        Raises
        ------
        StopProbe
            It would be the last, and nothing was trained since the one before.
        """
        self.last = self.over(self.ahead)
        if self.last and self.evaluated_at == self.steps:
            self.stop()
        self.left, self.pending = minibatches(self.hooks, self.loader, back), self.ahead
        self.evaluate_next()

    def given_next(self) -> Any:
        """The next held-out minibatch.

        Raises
        ------
        StopIteration
            All were given.
        """
        assert self.left is not None
        self.hooks.on = False  # what is read here is none of the script's
        try:
            batch = next(self.left)
        except StopIteration:
            self.end_if_done()
            raise
        finally:
            self.hooks.on = True
        self.sizes.append(rows_of(batch) or 1)
        return batch

    def counted(self, batch: Any) -> Any:
        """A minibatch to train on; at the second it shows whether the loop reads one ahead."""
        self.given += 1
        if self.given == 2:
            self.ahead = int(not self.trained)
        return batch

    def evaluate_next(self) -> None:
        """Evaluation mode, once what was read ahead is trained on."""
        if not self.pending and self.left is not None and self.mode is None:
            self.mode = EvaluationMode(self.optimizer)
            self.hooks.evaluating = True

    def train(self, original: Any, module: Any, mode: bool = True) -> Any:
        """In place of `Module.train`, which some loops call in every step."""
        return module if self.evaluating and mode else original(module, mode)

    def backward(self, loss: Any, scale: Any, inside: bool) -> None:
        """A loss of the training is counted, one of held-out examples kept."""
        if self.mode is None:
            self.trained += 1
            return
        if len(self.losses) < len(self.sizes):
            self.losses.append((loss, self.sizes[len(self.losses)]))
        if inside:  # the step goes on with it
            self.mode.take_away()

    def before_step(self, optimizer: Any) -> None:
        """None is taken while held-out examples are evaluated."""
        self.optimizer = self.optimizer or optimizer
        if self.mode is not None:
            self.mode.take_away()

    def after_step(self, optimizer: Any) -> None:
        """One less was read ahead; or the evaluation is over."""
        if self.evaluating:
            self.end_if_done()
            return
        self.steps += 1
        if self.left is not None and self.pending:
            self.pending -= 1
            self.evaluate_next()

    def end_if_done(self) -> None:
        """End the evaluation, once all that are held out were computed.

        Raises
        ------
        StopProbe
            It was the last.
        """
        batches = -(-self.examples // self.loader.batch_sampler.batch_size)
        if len(self.losses) >= batches:
            self.end()
            if self.last:
                self.stop()

    def end(self) -> None:
        """Everything as it was before the evaluation, whose mean loss is told if it is whole."""
        if self.mode is not None:
            self.mode.put_back()
            rows = sum(count for _, count in self.losses)
            if rows >= self.examples:
                self.evaluated_at = self.steps
                self.done(sum(float(loss) * count for loss, count in self.losses) / rows)
            self.spent = True
        self.left, self.mode, self.hooks.evaluating = None, None, False
