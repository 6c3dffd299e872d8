"""Training went on after the model had learned what it could.

What it means
    The model was at its best on new data part of the way through. Nothing else need be wrong: the best
    checkpoint is the result.

How it is weighed
    For: a long share of the run lies after the best validation loss. Against: a turn so early that the model
    had not learned yet, unless it was trained before; a validation score that still rose after it.

What to change
    patience (early stopping that keeps the best weights), or epochs, to where the validation loss was lowest.

References
    The guide, Problem 5, solution 2.
    Prechelt, Early Stopping - But When? (1998).
"""

import numpy as np

from advisor.curves import every, fall, line, rise
from advisor.evidence.validation.score_after import GAINED, gone_after, score_or_what_errors_leave
from advisor.finding import Change, Evidence
from advisor.signals.hparams import as_number
from advisor.statistics.course import course
from advisor.statistics.noise import noise
from advisor.statistics.training_length import ended_by
from advisor.tasks import FINE_TUNED

EXPLAINS = ("overfitting",)
PRIOR = 4.0
EVALUATIONS = 10  # the guide's patience
AT_ONCE = 0.1  # of the run
LEARNED = 0.7  # of the first validation loss
NEARLY, BEYOND = 0.02, 1.1  # of the lowest; times the way to it
LONG, ALONE = 0.2, 4.0  # of the evaluations; of the noise
SHORT = 6  # evaluations: to wait for three of so few is to train on for half of the run
FEW = 5  # scores: with fewer the best is one of any


def weigh(val_loss, val_accuracy=None, task=None):
    first, best, last = turn(val_loss)
    after = (last - best) / max(last - first, 1)
    trained_before = task is not None and task.name == FINE_TUNED  # an early turn is one epoch too many then, and no lack of price
    learned = after <= 0.85 or (best > first and few(val_loss)) or (trained_before and after > 0.9)
    weight = 4.0 if after >= 0.2 and learned else -4.0 if at_once(val_loss) and not fell_far(val_loss) else 0.0
    fact = (
        "share of the fine-tuning after the best validation loss" if trained_before else "share of the run after the best validation loss"
    )
    yield Evidence("val_loss", best, last, fact, after, 0.2, weight)
    if (gained := gone_after(val_accuracy, best)) > GAINED:
        fact = "share of the errors that went after the best validation loss"
        yield Evidence("val_accuracy", best, last, fact, gained, GAINED, -4.0)


def turn(val_loss):
    """First step, step of the lowest validation loss, last step."""
    c = course(val_loss)
    return int(c.points.steps[0]), c.told.best, c.told.last


def at_once(val_loss):
    """Whether it turned within the first tenth of the run; the second of few evaluations is no first."""
    first, best, last = turn(val_loss)
    return best - first < AT_ONCE * (last - first) and (best == first or not few(val_loss))


def fell_far(val_loss):
    """Whether the lowest validation loss lies far below the first: what it was by then was learned, however early."""
    c = course(val_loss)
    return c.told.lowest < LEARNED * float(c.points.values[0])


def few(val_loss):
    """Whether a tenth of the run holds less than two evaluations."""
    return len(val_loss.finite()) <= 2 / AT_ONCE


def changes(run, finding):
    val = run.signal("val_loss").finite()
    first, best, last = turn(val)
    patience = max(2 if len(val) <= SHORT else 3, min(EVALUATIONS, len(val) // 5), longest_wait(val))
    kept = int(val.steps[stopped_at(val.values, patience)])
    why = f"stop when {patience} evaluations in a row were no better than the best (here at step {kept}), and keep its weights"
    if (later := better_score_later(score_or_what_errors_leave(run), kept)) is not None:
        why += f"; its score was best later, at step {later}: let the score decide if that is what counts"
    yield Change("patience", to=patience, interval=(max(2, patience // 2), max(15, 2 * patience)), why=why)
    ends = ended_by(run.signal("hparams"), run.signal("epoch"))
    now = as_number(run.signal("hparams"), ends)
    begun = min(first, 0) if first <= last - first else first  # what lies before a log that begins late is not counted
    if now and last > begun and course(val).kept > first and (to := max(1, round(now * (best - begun) / (last - begun) * BEYOND))) < now:
        yield Change(ends, to=to, why=f"the validation loss was lowest after {best - begun} of {last - begun} steps")


def longest_wait(val):
    """The evaluations from one that was the best until then to the next better one, at most, until the lowest was reached.

    Early stopping that waits so long gets there on this very curve. A single evaluation may lie far lower, by its noise alone: where
    the wait for it would be a fifth of the run, the lowest level is what has to be reached, nearly.
    """
    wait = _wait_for(val.values, int(val.values.argmin()))
    if wait <= len(val) * LONG and not _stands_alone(val):
        return wait
    level = course(val).low.value
    return _wait_for(val.values, int((val.values <= level + NEARLY * abs(level)).argmax()))


def _wait_for(values, reached):
    better = np.flatnonzero(np.diff(np.minimum.accumulate(values)[: reached + 1], prepend=np.inf) < 0)
    return int(np.diff(better, append=reached).max(initial=0))


def _stands_alone(val):
    """Whether the lowest evaluation lies below the lowest level by more than the noise of single ones explains."""
    c = course(val)
    return c.low.value - float(val.values.min()) > ALONE * noise(val.values)


def stopped_at(values, patience):
    """The place of the evaluation whose weights early stopping would have kept."""
    best = 0
    for i, value in enumerate(values):
        if value < values[best]:
            best = i
        elif i - best >= patience:
            break
    return best


def better_score_later(score, kept):
    """The step after `kept` at which the validation score was best, where it was better by more than its noise; else None."""
    if score is None or len(s := score.finite()) < FEW:
        return None
    then, at = float(s.values[np.abs(s.steps - kept).argmin()]), int(s.values.argmax())
    whole = 100.0 if s.values.max() > 1 else 1.0
    matters = max(noise(s.values), GAINED * (whole - then))
    return int(s.steps[at]) if s.steps[at] > kept and s.values[at] - then > matters else None


BAD = {
    "a turn in the middle": dict(train_loss=fall(end=0.02), val_loss=fall(end=0.6) + rise(0.5, after=0.4)),
    "few evaluations": dict(train_loss=fall(end=0.02), val_loss=every(10, fall(end=0.6) + rise(0.5, after=0.3))),
}
GOOD = {
    "a turn at once, and no regularization": dict(
        train_loss=fall(end=0.001, rate=40), val_loss=fall(end=1.0, rate=200) + line(0, 2), hparams=dict(weight_decay=0.0, dropout=0.0)
    ),
}
