"""Validation accuracy is the same number at every evaluation: the model answers with one class.

What it means
    An accuracy that does not move in its last digit is the share of one class in the validation set, given as the answer to
    everything. The model has learned how often classes occur, or its last layer no longer hears what comes in.

How it is detected
    Accuracy was identical from some evaluation to the last, over `same` of all evaluations and six or more, and ended no higher than it
    began; it is not 0, and no full score. And the training loss agrees: it ended after losing no more than `fall` of its start. A small
    validation set that is solved keeps its accuracy too, but then the loss has fallen.

References
    "Validation accuracy is constant", keras issues 1895 and 7023.
    Karpathy, A Recipe for Training Neural Networks (2019). https://karpathy.github.io/2019/04/25/recipe/
"""

import numpy as np

from advisor.curves import T, every, fall, flat, noise
from advisor.curves import fall as falling
from advisor.finding import Evidence, Finding
from advisor.stats import CannotTell, enough, percent, shape

EVALUATIONS = 6
FULL = (1.0, 100.0)


def check(train_loss, val_accuracy, *, same=0.5, fall=0.5):
    score = val_accuracy.finite()
    if len(score) < EVALUATIONS:
        raise CannotTell(f"{score.tag or 'val_accuracy'} has {len(score)} finite points; {EVALUATIONS} are needed")
    s = shape(enough(train_loss))
    final = float(score.values[-1])
    moved = np.flatnonzero(score.values != final)
    since = int(moved[-1]) + 1 if len(moved) else 0
    stuck = len(score) - since
    if stuck < max(EVALUATIONS, same * len(score)) or final > score.values[0] or final == 0 or final in FULL or s.fall > fall:
        return
    first, last = int(score.steps[since]), int(score.steps[-1])
    yield Finding(
        f"Validation accuracy is exactly {final:.6g} at each of the last {stuck} of {len(score)} evaluations (steps {first} to {last}) "
        f"and the training loss lost only {percent(max(s.fall, 0.0))} of its start: the model answers with one class.",
        (
            Evidence("val_accuracy", first, last, "share of the evaluations with the same accuracy", stuck / len(score), same),
            Evidence("train_loss", s.first_step, s.last_step, "fall as a share of the start", s.fall, fall),
        ),
        confidence=0.85,
    )


BAD = {
    "the majority's share from the start": dict(train_loss=fall(end=1.9, rate=80) * noise(0.02), val_accuracy=every(10, flat(0.6134))),
    "fell back to one class": dict(
        train_loss=fall(end=2.2, rate=20) * noise(0.01), val_accuracy=every(10, np.where(T < 0.3, 0.2 + 0.5 * T, 0.1135))
    ),
    "the loss learned how often each occurs": dict(train_loss=fall(end=1.3, rate=80) * noise(0.02), val_accuracy=every(10, flat(0.72))),
}
GOOD = {
    "a small set, solved": dict(train_loss=fall() * noise(0.05), val_accuracy=every(10, np.where(T < 0.2, 0.5 + T, 0.9667))),
    "solved from the first evaluation on": dict(train_loss=fall(end=0.02) * noise(0.05), val_accuracy=every(10, flat(0.9667))),
    "a full score from the first evaluation on": dict(train_loss=fall(end=1.9, rate=80), val_accuracy=every(10, flat(1.0))),
    "moves in its last digits": dict(train_loss=fall(end=1.9, rate=80), val_accuracy=every(10, 0.1 + 0.001 * np.round(noise(0.5), 1))),
    "stuck for a few evaluations": dict(train_loss=fall(end=1.9, rate=3), val_accuracy=every(10, np.where(T < 0.65, 0.7 - T / 4, 0.5))),
    "rose, then stayed": dict(train_loss=falling(end=1.4, rate=30), val_accuracy=every(10, np.where(T < 0.2, 0.3, 0.45))),
}
