"""Whether a loss has stopped to fall, and what that may mean: a rate that stayed as high as it was, a model of next to no units."""

from collections.abc import Iterator, Mapping
from typing import Any

from advisor.evidence.learning_rate import when_rate_vanished
from advisor.finding import Evidence
from advisor.scalar import Scalar
from advisor.signals.hparams import as_number
from advisor.statistics.curve_shape import Shape, level

GONE = 0.4  # of the run
STAYED = 0.8  # of its highest
TINY = 2  # units
WIDE = 0.05  # of the loss: noise that hides whether it has settled


def stalled(train_loss: Scalar, s: Shape) -> bool:
    """A loss that swings too widely to settle, and has made no progress since the first fifth of the run."""
    early, late = level(train_loss, 0.15, 0.4), level(train_loss, 0.6, 1)
    return s.noise > WIDE * abs(s.end.value) and early.value - late.value < 0.05 * abs(s.start.value - s.end.value)


def stayed(lr: Scalar) -> bool:
    """Whether the learning rate was at the end nearly what it had been at its highest."""
    used = lr.finite().values
    return bool(len(used) and used[-1] >= STAYED * used.max())


def tiny(hparams: Mapping[str, Any] | None) -> Iterator[Evidence]:
    """A model of so few units a layer that hardly anything can be learned by it."""
    width = as_number(hparams, "hidden_size")
    if width is not None and 0 < width <= TINY:
        yield Evidence("hparams", 0, 0, "units of a hidden layer", width, TINY, tag="hidden_size")


def no_rate(lr: Scalar | None) -> Iterator[Evidence]:
    """For most of the run there was no learning rate to speak of."""
    gone, share = when_rate_vanished(lr) or (0, 0.0)
    if lr is not None and share > GONE:
        yield Evidence("lr", gone, int(lr.steps[-1]), "share of the run without a learning rate", share, GONE)
