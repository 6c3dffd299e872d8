"""What a validation score still gained after the validation loss was at its best."""

import re
from dataclasses import replace

import numpy as np

from advisor.run import Run
from advisor.scalar import Scalar
from advisor.signals.tags import spelled
from advisor.statistics.noise import noise, smooth

ENOUGH = 10  # evaluations
ERRORS, IN_TRAINING = re.compile(r"_(?:wer|cer)_"), re.compile(r"_(?:train|training)_")
PERCENT = 3.0  # a rate above it is one of percentages: of more words than were said so many are wrong at most
GAINED = 0.04  # of the errors: what is still learned after the turn would be lost by stopping there


def gone_after(score: Scalar | None, best: int) -> float:
    """The share of the errors at the step of the best validation loss that were gone at the end, beyond the score's noise."""
    if score is None or len(s := score.finite()) < ENOUGH:
        return 0.0
    whole = 100.0 if s.values.max() > 1 else 1.0
    level = smooth(s)
    then, end = float(level.values[np.abs(level.steps - best).argmin()]), float(np.median(s.values[-max(3, len(s) // 10) :]))
    return (end - then) / max(whole - then, 1e-300) if end - then > 2 * noise(s.values) else 0.0


def score_or_what_errors_leave(run: Run) -> Scalar | None:
    """The validation score, or what the rate of errors among words or characters leaves of a full one; None where neither was logged."""
    if (score := run.signal("val_accuracy")) is not None:
        return score
    rates = [curve.finite() for tag, curve in run.scalars.items() if ERRORS.search(spelled(tag)) and not IN_TRAINING.search(spelled(tag))]
    rate = max(rates, key=len, default=None)
    if rate is None or not len(rate) or rate.values.min() < 0:
        return None
    return replace(rate, values=(100.0 if rate.values.max() > PERCENT else 1.0) - rate.values)
