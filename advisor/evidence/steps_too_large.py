"""What a curve shows of steps that are too large, or are not: it climbs on, it swings, or it was pushed to where nothing slopes."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from advisor.anchors.standing_still import stood_still_since
from advisor.finding import Evidence, Finding
from advisor.scalar import Scalar
from advisor.statistics.curve_shape import ENOUGH, shape
from advisor.statistics.noise import mad, rank_trend
from advisor.statistics.onset import climbs_on

HELD = 0.5  # of its highest: a rate that fell further is not what makes a loss climb
LITTLE, LEFT = 0.1, 0.01  # of the loss; of the gradient
FIRST = 3.0  # of the spread: as far the first point lies above the others where something was learned
SCORED = 3  # evaluations
LOWERED, MANY, HALVED = 0.6, 4, 0.5  # of the rate, at once; points on either side; of the loss
IN_ERRORS = "fall in standard errors"  # how loss-not-decreasing tells of a fall that its noise hides


def climbing(train_loss: Scalar, lr: Scalar | None) -> Evidence | None:
    """A loss that climbs on and on from its lowest, at a rate that is not falling: its steps are too large for where it came to."""
    s = shape(train_loss)
    if not np.isfinite(train_loss.values[-1]) or s.start.value <= s.best.value or not climbs_on(train_loss):
        return None
    rate = lr.finite().values if lr is not None else np.ones(1)
    held = bool(len(rate) and rate[-1] >= HELD * rate.max())
    times = s.end.value / s.best.value
    return Evidence("train_loss", s.best_step, s.last_step, "climbs on since its lowest, to so many times that", times, 1.0, 6.0 * held)


def mended_by_a_lower_rate(train_loss: Scalar, lr: Scalar | None) -> Iterator[Evidence]:
    """A loss that rose until the rate was lowered at once, and fell from there on."""
    if lr is None or len(rate := lr.finite()) < 2 or not np.isfinite(train_loss.values[-1]):
        return
    for at in rate.steps[1:][rate.values[1:] <= LOWERED * rate.values[:-1]].tolist():
        before, after = train_loss.finite().between(last=at - 1).values, train_loss.finite().between(at).values
        if len(before) >= MANY and len(after) >= MANY and rank_trend(before) > 0:
            left = float(np.median(after[len(after) // 2 :]) / max(np.median(before[len(before) // 2 :]), 1e-300))
            if left < HALVED:
                yield Evidence(
                    "lr", at, int(train_loss.steps[-1]), "rose until the rate was lowered, and fell to a share of", left, HALVED, 8.0
                )
            return


def swings(finding: Finding, train_loss: Scalar) -> Iterator[Evidence]:
    """A loss that fell at first and then swings by as much: its steps undo each other, where smaller ones would go on.

    Or validation that swings at a rate that no task uses.
    """
    for fact in (e for e in finding.evidence if e.signal == "hparams" and finding.problem == "unstable-loss"):
        yield replace(fact, fact="validation swings at a learning rate above what any task uses, decades", weight=6.0)
    seen, values = finding.evidence[0], train_loss.finite().values
    if seen.fact == IN_ERRORS and values[0] > np.median(values) + FIRST * mad(values):
        yield replace(seen, fact="swings by as much as it fell: its fall in standard errors", weight=5.0)


def pushed_away(train_loss: Scalar, grad_norm: Scalar | None) -> Iterator[Evidence]:
    """A gradient that fell to next to nothing while nothing was learned: a step landed where every answer is the same."""
    if grad_norm is None or len(g := grad_norm.finite()) < ENOUGH or not abs(shape(train_loss).fall) < LITTLE or g.values[0] <= 0:
        return
    left = float(np.median(g.values[len(g) // 4 :]) / g.values[0])
    if left < LEFT:
        fact = "the gradient's norm over its first, although nothing was learned"
        yield Evidence("grad_norm", int(g.steps[0]), int(g.steps[-1]), fact, left, LEFT, 6.0)


def stuck_to_the_digit(train_loss: Scalar, weight: float) -> Iterator[Evidence]:
    """A loss that moved and then is one number to its last digit: most often a step killed what it is made of; small steps go on."""
    if (since := stood_still_since(train_loss)) is not None:
        fact = "training loss moved, then was one number to its last digit, from step"
        yield Evidence("train_loss", since, int(train_loss.steps[-1]), fact, float(since), weight=weight)


def still_scores(train_loss: Scalar, val_accuracy: Scalar | None, onset: int) -> Iterator[Evidence]:
    """A score that goes on changing after the loss was lost: its weights are numbers still, and it is the loss that is computed wrongly."""
    if val_accuracy is None or np.isfinite(train_loss.values[-1]):
        return
    later = val_accuracy.finite().between(onset + 1)
    if len(later) >= SCORED and len(np.unique(later.values)) > len(later) / 2:
        first, last = int(later.steps[0]), int(later.steps[-1])
        fact = "validation score still changed after the loss was lost, by"
        yield Evidence("val_accuracy", first, last, fact, float(np.ptp(later.values)), weight=-14.0)
