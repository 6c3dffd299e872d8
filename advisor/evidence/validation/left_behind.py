"""Training examples that are learned while others are left behind, without a turn: a gap of losses, or of answers."""

from collections.abc import Iterator

import numpy as np

from advisor.anchors.scores import ended
from advisor.evidence.validation.meanwhile import eased, fell_meanwhile
from advisor.finding import Evidence, Finding, confidence
from advisor.scalar import Scalar
from advisor.statistics.carrying_over import around, stale_since
from advisor.statistics.course import course
from advisor.statistics.curve_shape import ENOUGH, shape
from advisor.statistics.noise import rank_trend, smooth
from advisor.statistics.training_length import Plan
from advisor.wording import percent

SETTLED = 0.08  # of itself: a validation loss that lost more in its second half is still on its way
FEW, OFTEN = 300, 100  # examples; passes over them
VALIDATIONS, SHORTEST = 12, 6  # fewer show no level, and no turn
ERRORS = 2.0  # times: how many more of the validation examples than of the training examples are answered wrongly
TRIFLE = 0.01  # of its fall: a rise so small beside it, hidden in noise as it is, shows on no plot
TWICE, MOSTLY = 2.0, 0.5  # times the training loss; rank correlation with time
STALE, WENT_ON = 0.5, 0.2  # of the run without a lower validation loss; of the training loss, what it lost meanwhile


def gap(train_loss: Scalar, val_loss: Scalar, known: Plan, learned: float, apart: float) -> Iterator[Finding]:
    """All of the training examples are learned, and the others stay far behind."""
    if len(train_loss.finite()) < ENOUGH or not np.isfinite(train_loss.values[-1]):
        return
    s, val = shape(train_loss), smooth(val_loss)
    half, end = len(val) // 2, float(np.median(val.values[-max(3, len(val) // 10) :]))
    if not 0 < s.end.value <= learned * s.start.value or len(val) < VALIDATIONS or val.values[0] <= 0:
        return
    behind, still = end / float(val.values[0]), 1 - end / float(np.median(val.values[half - 2 : half + 2]))
    if behind < apart or still > SETTLED or end < 10 * s.end.value:
        return
    few = (known.examples or np.inf) <= FEW or (known.epochs or 0.0) >= OFTEN
    yield Finding(
        f"Training loss went to {s.end.value:.3g}, {percent(s.end.value / s.start.value)} of its start, while validation loss settled at "
        f"{end:.3g}, {percent(behind)} of its own (steps {int(val.steps[half])} to {int(val.steps[-1])}): what was learned does not "
        "carry over.",
        (Evidence("val_loss", int(val.steps[half]), int(val.steps[-1]), "share of its start at which it settled", behind, apart),),
        "warning" if few or behind >= 2 * apart else "note",
        confidence(behind, apart),
    )


def answers_behind(train_accuracy: Scalar | None, val_accuracy: Scalar | None) -> float:
    """How far validation accuracy ended behind training accuracy, 0 to 1; 0 where its errors are not far more, or one was not logged."""
    if train_accuracy is None or val_accuracy is None:
        return 0.0
    mine, others = ended(train_accuracy), ended(val_accuracy)
    return mine - others if 1 - others >= ERRORS * (1 - mine) else 0.0


def answers_apart(train_loss: Scalar, val_loss: Scalar, apart_by: float, points: float) -> Iterator[Finding]:
    """Far more of the training examples than of the others are answered rightly, and the validation loss has long stopped falling."""
    if apart_by < points or len(val_loss.finite()) < VALIDATIONS:
        return
    first, since, last = int(val_loss.steps[0]), stale_since(val_loss), int(val_loss.steps[-1])
    before, after = around(train_loss, since)
    if last - since < STALE * (last - first) or not after < (1 - WENT_ON) * before:
        return
    since = max(since, course(val_loss).kept)  # of the points themselves, which a level of several may hide
    before, after = around(train_loss, since)
    yield Finding(
        f"Validation accuracy ended {apart_by:.2g} behind training accuracy, and validation loss has not fallen since step {since}, while "
        f"training loss went on from {before:.3g} to {after:.3g} (step {last}).",
        (
            Evidence("val_accuracy", since, last, "how far it ended behind training accuracy", apart_by, points),
            fell_meanwhile(since, last, before, after, WENT_ON),
        ),
        confidence=confidence(apart_by, points),
    )


def drawn_apart(
    train_loss: Scalar,
    val_loss: Scalar,
    val_accuracy: Scalar | None,
    climb: float,
    patience: float,
    sigmas: float,
    halved: float,
    better: float,
) -> Iterator[Finding]:  # fmt: skip
    """In few or noisy evaluations the validation loss ended above its lowest, and the training loss went far below it meanwhile."""
    if len(val_loss.finite()) < SHORTEST:
        return
    c = course(val_loss)
    val, low, end = c.smoothed, c.low, c.end
    first, last, (before, after) = int(val.steps[0]), int(val.steps[-1]), around(train_loss, c.best)
    excess = c.excess if low.value > 0 else 0.0
    fell = after < (1 - halved) * before and end.value >= TWICE * after > 0
    whole = float(np.median(val.values[: max(3, len(val) // 10)])) - low.value
    if (
        excess < climb
        or end.value - low.value < TRIFLE * whole
        or not fell
        or low.below(end) < sigmas
        or last - c.best < patience * (last - first)
    ):
        return
    if rank_trend(val.between(c.best).values) < MOSTLY:
        return
    told, best = c.told, c.told.best
    before, after = around(train_loss, best)
    yield Finding(
        f"Validation loss ended at {told.end:.3g} (step {last}), {percent(told.excess)} above its {told.lowest_said}, while training loss "
        f"fell from {before:.3g} to {after:.3g}, {told.end / after:.2g} times below it.",
        (
            Evidence("val_loss", best, last, "rise above its minimum", told.excess, climb),
            fell_meanwhile(best, last, before, after, halved),
        ),
        "note" if eased(val_accuracy, best, better) else "warning",
        confidence=0.75,
    )
