"""What the size of a change of the learning rate rests on, and the usual rate that follows from it."""

from dataclasses import dataclass

import numpy as np

from advisor.evidence.usual_rates import FINE_TUNING, SHORT, USUAL, TaskRates, usual_rate
from advisor.signals.hparams import ADAPTIVE

MOST = 10.0  # times: as far as a change goes where something it rests on is unknown
FEW, AN_EPOCH = 30, 100  # epochs; optimizer steps: the fewer epochs, the more steps are in each
FINE_TUNED = 10  # passes over the data: fine-tuning, which is done at low rates, takes two to four where nothing tells of it
PLAINLY = 0.3  # of its start: what a loss lost that has begun to fall
LARGE = 10.0  # of a loss: an average over examples does not start above it, were there 20,000 classes
ADAM = ("Adam", "AdamW", "RMSprop")
LOSS, LOST = 2.3, 1_000.0  # what an average starts at, and above what a loss is rather lost already than large


@dataclass(frozen=True)
class Known:
    """What a change is sized from: the rate that was borne or not, and what is known of the training; None where it is not."""

    rate: float
    sign: int
    optimizer: str | None = None
    steps: float | None = None
    epochs: float | None = None
    lost: bool = False
    start: float | None = None
    pretrained: bool = False
    within: TaskRates | None = None
    fall: float | None = None

    @property
    def guessed_steps(self) -> float | None:
        """The optimizer steps that so many epochs usually are, where their number is known and that of the steps is not."""
        if self.steps is not None or not self.epochs:
            return None
        return SHORT if self.epochs <= FEW else self.epochs * AN_EPOCH

    @property
    def hardly_moved(self) -> bool:
        """Whether ten times the rate would not do either: at small rates a loss falls as the rate, at most."""
        return self.fall is not None and MOST * self.fall < PLAINLY

    @property
    def usual(self) -> float | None:
        """The usual rate of this optimizer and length; of an unknown length the one that people begin with.

        Where the step is the gradient times the rate, a large loss wants less. The gradient of a sum grows as the sum does, that of a
        square as its root: the root of the loss is not too much for either. A task that has rates of its own keeps it within them.
        """
        if self.within is not None:
            return self.within.near(self.by_length if self.optimizer and self.steps else None)
        if self.optimizer is None:
            return None
        return FINE_TUNING if self.fine_tuning else self.by_length

    @property
    def by_length(self) -> float:
        """The usual rate of this optimizer, which is known, in a training of this length and of a loss of this size."""
        known, lost = self.optimizer or "", bool(self.steps and self.lost and self.sign < 0)
        steps = self.steps or self.guessed_steps
        rate = USUAL[known].rate if steps is None else usual_rate(known, steps, lost)
        return rate / np.sqrt(min(self.start or 0.0, LOST) / LOSS) if self.large else rate

    @property
    def fine_tuning(self) -> bool:
        """Whether weights that were trained before are trained on by an optimizer whose rate for that is known."""
        return self.pretrained and self.optimizer in ADAM

    @property
    def large(self) -> bool:
        """Whether the loss is so large that the rate of an optimizer that goes by the gradient's size must be smaller for it."""
        return self.start is not None and self.start > LARGE and self.optimizer not in ADAPTIVE

    @property
    def some_task_uses_it(self) -> bool:
        """Whether today's rate may be right for a task that the log does not tell."""
        used = USUAL[self.optimizer].used if self.optimizer else None
        within = self.within is None and (used is None or used[0] < self.rate < used[1])
        if self.steps is None or self.pretrained:
            return within
        return within and self.sign > 0 and not (self.epochs and self.epochs > FINE_TUNED)
