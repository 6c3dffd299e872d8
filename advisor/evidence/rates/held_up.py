"""A loss that stood still while the learning rate was far above the usual, as no loss does at one that suits it."""

from collections.abc import Mapping
from typing import Any

from advisor.evidence.learning_rate import distance, peak_lr
from advisor.evidence.rates.for_its_length import above_the_usual
from advisor.finding import Evidence, Finding
from advisor.scalar import Scalar
from advisor.signals.hparams import optimizer_of
from advisor.statistics.curve_shape import shape
from advisor.statistics.schedule import while_high
from advisor.tasks import Task
from advisor.wording import percent

FAST, FAST_LATE = 1.3, 0.12  # decades above the usual rate; share of the fall that swinging may make up in the second half
NOBODYS = 0.2  # a rate above the bands of all optimizers


def held_up(
    train_loss: Scalar, lr: Scalar | None, hparams: Mapping[str, Any] | None, task: Task | None, sigmas: float, learned: float
) -> Finding | None:
    """At a rate far above the usual the loss stood still."""
    rate = peak_lr(lr, hparams) or 0.0
    if not (distance(lr, hparams, task) > FAST or (optimizer_of(hparams) is None and rate >= NOBODYS)):
        return None
    part = while_high(train_loss, lr)
    if len(part.finite()) < 20 or not learned < (s := shape(part)).fall <= 0.6 or s.late >= FAST_LATE or s.late_sigma >= sigmas:
        return None
    middle = (s.first_step + s.last_step) // 2
    return Finding(
        f"At a learning rate of {rate:.3g} training loss fell {percent(s.fall)}, from {s.start.value:.3g} to {s.end.value:.3g}, and made "
        f"no progress from step {middle} to {s.last_step}; while the rate was high it stood still.",
        (
            Evidence("train_loss", middle, s.last_step, "share of the fall made late at the high rate", s.late, FAST_LATE),
            *above_the_usual(train_loss, None, None, lr, hparams, task),
        ),
        confidence=0.85,
    )
