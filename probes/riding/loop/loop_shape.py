"""How a script's loop is built, read from what happened in its first steps."""

from dataclasses import dataclass
from typing import Any

from probes.riding.feeding.supply import WatchedIterator

LOOKS = 3  # steps that show it
BACKWARD = "backward"


@dataclass(frozen=True)
class LoopShape:
    """Which optimizers step together, first the one that steps first; backward passes and minibatches of a step, minibatches fetched ahead.

    `training` is where the minibatches came from, None where the script has no DataLoader; `others` are optimizers that step in between,
    on backward passes of their own.
    """

    group: list[Any]
    backwards: int
    batches: int
    ahead: int
    training: WatchedIterator | None
    others: tuple[Any, ...] = ()

    @property
    def accumulates(self) -> bool:
        """Whether the script itself makes a step of several minibatches."""
        return self.backwards > 1 and self.batches in ((self.backwards,) if self.others else (0, self.backwards))

    @property
    def several(self) -> bool:
        """Whether a minibatch has more gradients than one."""
        return bool(self.others) or (self.backwards > 1 and not self.accumulates)


def shape_of(seen: list[Any]) -> LoopShape:
    """From minibatches that were given (a WatchedIterator each), backward passes and optimizers that stepped, in their order.

    The optimizer that steps first has stepped `LOOKS` times, the last time at the end.
    """
    main = next(what for what in seen if not isinstance(what, WatchedIterator | str))
    ends = [i for i, what in enumerate(seen) if what is main]
    between = seen[ends[-2] + 1 : ends[-1] + 1]
    partners = between[: next((i for i, what in enumerate(between) if isinstance(what, WatchedIterator | str)), 0)]
    group = [main, *(o for o in partners if o is not main)]
    others = [what for what in seen if not isinstance(what, WatchedIterator | str) and what not in group]
    own = between[max((i + 1 for i, what in enumerate(between) if what in others), default=0) :]
    sources = [what for what in (*between, *seen) if isinstance(what, WatchedIterator)]
    training = sources[0] if sources else None
    batches, fetched = (0 if training is None else count(part, training.loader) for part in (between, seen))
    batches = max(batches, min(fetched, 1))
    return LoopShape(group, max(1, own.count(BACKWARD)), batches, max(0, fetched - LOOKS * batches), training, tuple(dict.fromkeys(others)))


def count(seen: list[Any], loader: Any) -> int:
    """How many of the minibatches seen came from this loader."""
    return sum(isinstance(what, WatchedIterator) and what.loader is loader for what in seen)
