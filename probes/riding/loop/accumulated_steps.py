"""One step made of several of a script's: its gradient is the mean of theirs."""

from typing import Any


class AccumulatedSteps:
    """Adds up gradients.

    Attributes
    ----------
    count : int
        How many of the script's steps make one.
    """

    def __init__(self):
        self.count = 1
        self.sums: dict[int, Any] = {}

    def begin(self, parameters: list[Any]) -> None:
        """Begin to add up the gradients of these parameters; nothing is added up where one of the script's steps is one."""
        self.sums = {id(p): None for p in parameters} if self.count > 1 else {}

    def end(self) -> None:
        """Let go of the sums, which take the memory of a gradient."""
        self.sums = {}

    def add(self, parameters: list[Any], last: bool) -> None:
        """The gradients of one more; after the last, the parameters have the mean."""
        for p in parameters:
            if p.grad is not None and id(p) in self.sums:
                before = self.sums[id(p)]
                self.sums[id(p)] = p.grad.detach().clone() if before is None else before.add_(p.grad)
                if last:
                    p.grad.copy_(self.sums[id(p)] / self.count)
