"""A validation loss that turned up while the training loss went on falling."""

from collections.abc import Iterator

import numpy as np

from advisor.anchors.scores import errors_gone, gain_since
from advisor.evidence.validation.meanwhile import fell_meanwhile
from advisor.finding import Evidence, Finding, Level, confidence
from advisor.scalar import Scalar
from advisor.statistics.carrying_over import around
from advisor.statistics.course import course
from advisor.statistics.curve_shape import enough
from advisor.statistics.noise import rank_trend
from advisor.wording import percent

TRIFLE = 1e-3  # of its fall: a rise of less matters to nobody, however many times the lowest it is
SURELY, STEADY, LESS = 2.0, 0.7, 0.5  # of `climb`; rank correlation with time; of `fell`: enough where it rose by so much, so steadily
VALIDATIONS = 6  # fewer evaluations show no turn


def turn(
    train_loss: Scalar, val_loss: Scalar, val_accuracy: Scalar | None,
    climb: float, patience: float, sigmas: float, fell: float, better: float, times: float,
) -> Iterator[Finding]:  # fmt: skip
    """The validation loss rises while the training loss falls."""
    c = course(enough(val_loss, VALIDATIONS))
    val, best, excess = c.smoothed, c.best, c.excess
    last, lowest, at_end = int(val.steps[-1]), c.low.value, c.end.value
    if (
        excess < climb
        or at_end - lowest < TRIFLE * abs(float(np.median(val.values[: max(3, len(val) // 10)])) - lowest)
        or c.low.below(c.end) < sigmas
        or last - best < patience * (last - int(val.steps[0]))
    ):
        return
    since, (before, after) = val.between(best), around(train_loss, best)
    stays = float(np.median(since.values[len(since) // 4 :])) > lowest + (at_end - lowest) / 2  # rose, and is level since
    steadily = excess >= SURELY * climb and rank_trend(since.values) >= STEADY
    enough_fell = before - after >= (fell * LESS if steadily else fell) * abs(before)
    if not enough_fell or (rank_trend(since.values) < 0.3 and not stays):
        return
    told, best = c.told, c.told.best
    before, after = around(train_loss, best)
    gain, gone = gain_since(val_accuracy, best), None if val_accuracy is None else errors_gone(val_accuracy, best)
    improves = gain is not None and gain > 0 and (gone is None or gone >= better)
    loudness: Level = "note" if improves and excess + 1 < times else "warning"
    message = (
        f"Validation loss has risen {percent(told.excess)} since its {told.lowest_said}, to {told.end_said}, "
        f"while training loss fell from {before:.3g} to {after:.3g}"
    )
    evidence = [
        Evidence("val_loss", best, last, "rise above its minimum", told.excess, climb),
        fell_meanwhile(best, last, before, after),
    ]
    if gain is not None:
        evidence.append(Evidence("val_accuracy", best, last, "gain over the same steps", gain, 0.0))
        message += "; validation accuracy still rose" if improves else f"; validation accuracy gained {gain:.2g}" if gain > 0 else ""
    yield Finding(message + ".", tuple(evidence), loudness, confidence(excess, climb))
