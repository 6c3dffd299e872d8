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
BY_LOSS = 0.75  # a large loss's power by which the rate falls
LEAST_FALL = 0.01  # of its start: what fell by less is not told from noise


@dataclass(frozen=True)
class Known:
    """What a change is sized from: the rate that was borne or not, and what is known of the training; None where it is not.

    `lost` tells that the loss ended as no number, `at_once` that it never was one, `start` and `fall` what it began at and the share of
    that which it lost, `named` that the log tells the task and that it is no fine-tuning, and `within` the rates that are usual of it.
    """

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
    at_once: bool = False
    named: bool = False

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
        square as its root: what is between them suits both. A task that has rates of its own keeps it within them.
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
        return rate / (self.borne / LOSS) ** BY_LOSS if self.large else rate

    @property
    def borne(self) -> float:
        """What the loss began at, as far as that can be told where the rate may have thrown it up before the first point."""
        return min(self.start or 0.0, LOST if self.sign < 0 else np.inf)

    @property
    def reach(self) -> float:
        """The rate at which the loss would be lost whole, falling as the rate does, within what any task uses: it wants that at least."""
        used = USUAL[self.optimizer or ""].used
        return 0.0 if self.fall is None or used is None else min(self.rate / max(self.fall, LEAST_FALL), used[1])

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
        """Whether today's rate may be right for a task that the log does not tell.

        None is untold where the task is recognized, and fine-tuning, which takes far lower rates than all others, is not so long.
        """
        used = USUAL[self.optimizer].used if self.optimizer else None
        within = self.within is None and (used is None or used[0] < self.rate < used[1])
        if self.pretrained or (self.steps is None and self.sign < 0):
            return within
        return within and self.sign > 0 and not self.named and not (self.epochs and self.epochs > FINE_TUNED)

    @property
    def never_at_fault(self) -> bool:
        """Whether the loss was no number before a rate that is not above the usual can have made it none.

        A step of an adaptive optimizer is as long as the rate, whatever the gradient: such small ones lose no weights at once. What is
        wrong is the loss or the data. Where the step is the gradient times the rate a large loss can be lost at any.
        """
        usual = self.usual if self.optimizer in ADAPTIVE else FINE_TUNING if self.optimizer is None else None
        return self.at_once and self.sign < 0 and usual is not None and self.rate <= usual
