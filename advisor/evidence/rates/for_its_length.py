"""Whether a learning rate is high or low for a training of its length: a thousand steps take more than a hundred thousand."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np

from advisor.evidence.learning_rate import DECIBANS_PER_DECADE, distance, peak_lr, unusual_rate_evidence
from advisor.evidence.learning_rate import MOST as MOST_DECIBANS
from advisor.evidence.optimizer_steps import optimizer_steps
from advisor.evidence.pretrained import begun_from
from advisor.evidence.rates.before_and_after import first_loss
from advisor.evidence.rates.known import Known
from advisor.evidence.usual_rates import USUAL, of_task
from advisor.finding import Evidence, setting
from advisor.run import RACED
from advisor.scalar import Scalar
from advisor.signals.hparams import optimizer_of
from advisor.tasks import Task

ABOVE, BELOW = 3.0, 0.1  # times the usual: long trainings that work are seldom above, short ones seldom below


class ForItsLength(NamedTuple):
    """A learning rate, what is usual of its optimizer in so many optimizer steps, and these."""

    rate: float
    usual: float
    steps: float

    @property
    def times(self) -> float:
        """The rate over the usual."""
        return self.rate / self.usual


def for_its_length(
    train_loss: Scalar | None, val_loss: Scalar | None, epoch: Scalar | None, lr: Scalar | None, hparams: Mapping[str, Any] | None,
    task: Task | None = None,
) -> ForItsLength | None:  # fmt: skip
    """The rate beside the usual of so many steps and so large a loss.

    None where one of them is not known, where it was the best of a race, and where weights are trained on that were trained before: there
    the rate is not the length's affair.
    """
    rate, optimizer, steps = peak_lr(lr, hparams), optimizer_of(hparams), optimizer_steps(train_loss, epoch, hparams)
    if rate is None or optimizer not in USUAL or steps is None or (hparams or {}).get(RACED) or begun_from(hparams):
        return None
    start = first_loss(train_loss, val_loss, lr, hparams, -1)
    usual = Known(rate, -1, optimizer, steps, start=start, within=of_task(task, optimizer, hparams, start)).usual
    return None if usual is None else ForItsLength(rate, usual, steps)


def rate_evidence(
    train_loss: Scalar | None, val_loss: Scalar | None, epoch: Scalar | None, lr: Scalar | None, hparams: Mapping[str, Any] | None,
    sign: int, task: Task | None = None,
) -> list[Evidence]:  # fmt: skip
    """Evidence from the rate alone, for `sign` +1 (too high) or -1 (too low): within the band of its optimizer the length tells."""
    known = None if distance(lr, hparams, task) else for_its_length(train_loss, val_loss, epoch, lr, hparams, task)
    if known is None or BELOW < known.times < ABOVE:
        return unusual_rate_evidence(lr, hparams, sign, task)
    decades = np.log10(known.times / (1 if known.times > 1 else BELOW))
    weight = float(np.clip(sign * decades * DECIBANS_PER_DECADE, -MOST_DECIBANS, MOST_DECIBANS))
    fact = f"learning rate, {known.times:.2g} times the {known.usual:.2g} usual for {optimizer_of(hparams)} in {known.steps:,.0f} steps"
    side = "above" if known.times > 1 else "below"
    return [setting("lr", known.rate, fact, round(weight, 1), f"rate {side} the usual of its length")]


def above_the_usual(
    train_loss: Scalar, val_loss: Scalar | None, epoch: Scalar | None, lr: Scalar | None, hparams: Mapping[str, Any] | None,
    task: Task | None,
) -> list[Evidence]:  # fmt: skip
    """That the learning rate lies above what its optimizer is usually given, or above what is usual in so many steps."""
    if (decades := distance(lr, hparams, task)) > 0:
        return [Evidence("hparams", 0, 0, "decades of the learning rate above the usual", decades, 0.0, tag="lr")]
    known = for_its_length(train_loss, val_loss, epoch, lr, hparams, task)
    if known is None or known.times < ABOVE:
        return []
    return [Evidence("hparams", 0, 0, "learning rate, times the usual in so many steps", known.times, ABOVE, tag="lr")]
