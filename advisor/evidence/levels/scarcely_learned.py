"""A training that after many evaluations stands next to where a model that knows nothing begins."""

import numpy as np

from advisor.anchors.constant_answer import CLASSES, UNTRAINED
from advisor.anchors.scores import ended, errors_gone
from advisor.finding import Evidence, Finding
from advisor.scalar import Scalar
from advisor.signals.tags import meaning
from advisor.statistics.noise import noise, rank_trend

EVALUATIONS, MANY = 8, 25  # which are made once an epoch: so many are no beginning; points that show by their course whether it is slow
SURELY = 0.8  # rank correlation with time
HARDLY, NEXT_TO_NOTHING = 0.1, 0.03  # of its start: what a loss lost, where a score tells that it is nothing, and where none does
NOTHING = 3e-3  # of its start: what lost less is flat, which is another problem
LITTLE, GONE = 0.25, 0.03  # of a full score; of the errors


def scarcely_learned(train_loss: Scalar, val_loss: Scalar | None, score: Scalar | None) -> Finding | None:
    """Both losses lost next to nothing, though they fall, and a score says so, or they began at the loss of a guess."""
    evaluated, c = val_loss if score is None else score, train_loss.finite()
    if evaluated is None or not EVALUATIONS <= len(c) == len(train_loss) < MANY or len(evaluated.finite()) < EVALUATIONS:
        return None
    if (score is not None and ((known := meaning(score.tag)) is None or known.rank)) or rank_trend(c.values) > -SURELY:
        return None
    falls = [_fall(c) for loss in (train_loss, val_loss) if loss is not None and len(c := loss.finite()) >= EVALUATIONS]
    known_nothing = _untrained(train_loss) if score is None else _poor(score)
    most = NEXT_TO_NOTHING if score is None else HARDLY
    if not known_nothing or falls[0] < NOTHING or not all(-NEXT_TO_NOTHING < fall <= most for fall in falls):
        return None
    said = "" if score is None else f", with a score of {np.median(score.finite().values[-3:]):.3g} at the end"
    return Finding(
        f"After {len(evaluated.finite())} evaluations training loss has lost only {falls[0]:.1%} of its start, from {c.values[0]:.4g} "
        f"to {np.median(c.values[-3:]):.4g} (steps {c.steps[0]} to {c.steps[-1]}){said}: next to nothing was learned.",
        (Evidence("train_loss", int(c.steps[0]), int(c.steps[-1]), "fall as a share of the start", falls[0], HARDLY),),
        confidence=0.8,
    )


def _fall(loss: Scalar) -> float:
    """What a finite loss of three points or more lost from its first to its last, as a share of the first."""
    values = loss.values
    first = float(np.median(values[:3])) if len(values) > 2 * EVALUATIONS else float(values[0])
    return (first - float(np.median(values[-3:]))) / max(abs(first), 1e-300)


def _untrained(loss: Scalar) -> bool:
    """Whether it began at a uniform guess's, and is as calm as the loss of answers that are alike."""
    first, spread = float(np.median(loss.finite().values[:3])), noise(loss.finite().values)
    return spread <= UNTRAINED * abs(first) and any(abs(first / np.log(n) - 1) <= 2 * UNTRAINED for n in CLASSES)


def _poor(score: Scalar) -> bool:
    gone = errors_gone(score)
    return gone is not None and gone < GONE and ended(score) <= LITTLE
