"""What comes together of a script's step while it is under way: its loss, its backward passes, its time."""

import time
from dataclasses import dataclass
from typing import Any

from probes.riding.feeding.supply import MinibatchSupply


@dataclass(frozen=True)
class StepRecord:
    """A step that was taken: its loss, and seconds in all and waiting for data."""

    loss: float
    step_time: float
    data_time: float


class StepTally:
    """Of one step after the other.

    Attributes
    ----------
    passes : int
        Backward passes so far.
    inside : bool
        Whether the last was asked for by the optimizer's step.
    loss : tensor of shape () or None
        The sum over passes.
    """

    def __init__(self, supply: MinibatchSupply):
        self.supply = supply
        self.begin()

    def begin(self) -> None:
        """Nothing is known of the next step."""
        self.passes, self.inside = 0, False
        self.loss: Any = None
        self.supply.data_time = self.supply.ours = 0.0
        self.since = time.perf_counter()

    def backward_done(self, loss: Any, inside: bool) -> None:
        """A backward pass is over."""
        self.passes += 1
        if not (inside and self.inside):  # a line search asks again and again; the first is the loss at this step's weights
            self.loss = loss if self.loss is None else self.loss + loss
        self.inside = inside

    def record(self) -> StepRecord:
        """Of the step that ends now; waits for the device."""
        loss = float("nan") if self.loss is None else float(self.loss)
        return StepRecord(loss, time.perf_counter() - self.since - self.supply.ours, self.supply.data_time)
