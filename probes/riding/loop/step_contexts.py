"""Blocks that a script's step is taken in, entered from inside its loop: a measurement of its memory, a budget it is kept to."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any


class StepContexts:
    """Those that wait for a minibatch, and those that were entered."""

    def __init__(self) -> None:
        self.waiting: list[Callable[[Any], None]] = []
        self.open: list[ExitStack] = []

    @contextmanager
    def around(self, block: Callable[[Any], Any], at_once: bool) -> Iterator[list[Any]]:
        """Be in the block that is made of the next minibatch, from its coming on, or `at_once`; the list has what entering it gave."""
        entered: list[Any] = []
        with ExitStack() as stack:
            self.open.append(stack)

            def begin(batch: Any) -> None:
                entered.append(stack.enter_context(block(batch)))

            if at_once:
                begin(())
            else:
                self.waiting.append(begin)
            try:
                yield entered
            finally:
                self.waiting = [it for it in self.waiting if it is not begin]
                self.open = [it for it in self.open if it is not stack]

    def minibatch_given(self, batch: Any) -> None:
        """A minibatch."""
        while self.waiting:
            self.waiting.pop(0)(batch)

    def leave(self) -> None:
        """The script ended, perhaps in the midst of a step."""
        while self.open:
            self.open.pop().close()
