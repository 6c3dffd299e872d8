"""Validation accuracy is the same number at every evaluation: the model answers with one class.

What it means
    An accuracy that does not move in its last digit is the share of one class in the validation set, given as the answer to
    everything. The model has learned how often classes occur, or its last layer no longer hears what comes in.

How it is detected
    Accuracy was identical from some evaluation to the last, over `same` of all evaluations and six or more (or at most of them, and
    next to it at the others, where both losses agree); it is not 0, and no full score, and there was a learning rate. And the loss
    agrees: the training loss lost no more than `fall` of its start while accuracy ended no higher than it began, or both losses ended,
    flat, within `chance` of the entropy of a class of that share. A small validation set that is solved keeps its accuracy too, but
    then the loss has fallen further; where a log begins too late to show that, its loss lies below that entropy, as that of no constant
    answer does. Or accuracy was exactly 1/C, as among C classes one is, at every evaluation from the first to the last, `always` or
    more: nothing need be known of the loss then. Or it was next to one number at four evaluations or more, from the first on, mostly
    that number exactly, and no share of a few examples, while no loss was below that of a constant answer; without a loss, at ten, or
    where it is one half at most.

References
    "Validation accuracy is constant", keras issues 1895 and 7023.
    Karpathy, A Recipe for Training Neural Networks (2019). https://karpathy.github.io/2019/04/25/recipe/
"""

import numpy as np

from advisor.anchors.one_answer import EVALUATIONS, MOSTLY, NEARLY, entropy_of, few_alike, most_frequent, one_from_the_first, one_of_a_few
from advisor.curves import T, every, fall, flat, noise
from advisor.curves import fall as falling
from advisor.evidence.learning_rate import when_rate_vanished
from advisor.finding import Evidence, Finding
from advisor.signals.tags import meaning
from advisor.statistics.curve_shape import CannotTell, enough, shape

AT_THE_END = True  # judges where a run ended: many a healthy one begins with one class
FULL = (1.0, 100.0)
FLAT = 3.0  # standard errors of the fall in the second half


def check(val_accuracy, train_loss=None, val_loss=None, lr=None, coverage=None, *, same=0.5, fall=0.5, chance=0.1, always=10):
    score = val_accuracy.finite()
    if (known := meaning(score.tag)) is not None and known.rank:  # a mean average precision, say, may well be the same at each
        raise CannotTell(f"{score.tag} is a score, and no share of examples that were answered rightly")
    if (told := few_alike(score, val_loss)) is not None:
        yield told
        return
    if len(score) >= EVALUATIONS and (told := one_of_a_few(score, always)) is not None:
        yield told
        return
    gone = (when_rate_vanished(lr) or (0, 0.0))[1] >= same  # where there is no learning rate, no accuracy moves
    if len(score) and not gone and (told := one_from_the_first(score, (val_loss, train_loss))) is not None:
        yield told
        return
    if train_loss is None:
        raise CannotTell("no train_loss was logged")
    if len(score) < EVALUATIONS:
        raise CannotTell(f"{score.tag or 'val_accuracy'} has {len(score)} finite points; {EVALUATIONS} are needed")
    s = shape(enough(train_loss))
    final = most_frequent(score.values[len(score) // 2 :])
    moved = np.flatnonzero(np.abs(score.values - final) > NEARLY * final)
    since = int(moved[-1]) + 1 if len(moved) else 0
    stuck, exact = len(score) - since, int((score.values[since:] == final).sum())
    if exact < MOSTLY * stuck:
        return
    if stuck < max(EVALUATIONS, same * len(score)) or final == 0 or final in FULL or gone:
        return
    guess = tuple(guessed(final, s.end.value, val_loss, chance))
    unseen = coverage is not None and coverage.begins is False  # the start of the loss, so that its fall says nothing
    learned = s.end.value < entropy_of(final) if unseen else s.fall > fall or final > score.values[0]
    if (learned or exact < stuck) and not (guess and s.late_sigma < FLAT):
        return
    first, last = int(score.steps[since]), int(score.steps[-1])
    yield Finding(
        f"Validation accuracy is exactly {final:.6g} at {'each' if exact == stuck else exact} of the last {stuck} of {len(score)} "
        f"evaluations (steps {first} to {last}) "
        f"while the training loss went from {s.start.value:.3g} to {s.end.value:.3g}: the model answers with one class.",
        (
            Evidence("val_accuracy", first, last, "share of the evaluations with the same accuracy", exact / len(score), same),
            Evidence("train_loss", s.first_step, s.last_step, "fall as a share of the start", s.fall, fall),
            *guess,
        ),
        confidence=0.85 if guess else 0.7,
    )


def guessed(score, trained, val_loss, chance):
    """Both losses ended at the entropy of one class of this share, in nats, and of the rest; of more classes it may be more."""
    entropy = entropy_of(score)
    if entropy > 0 and val_loss is not None and len(v := val_loss.finite()) >= EVALUATIONS:
        ended = float(np.median(v.values[-3:]))
        if abs(ended / entropy - 1) <= chance and trained >= (1 - chance) * entropy:
            yield Evidence("val_loss", int(v.steps[-3]), int(v.steps[-1]), "ended at the entropy of a class of that share", ended, entropy)


IN_NATS = (
    "five of one number, but the losses have learned",
    "five of one number, and the losses are those of a constant",
    "a rare class is never answered",
    "the majority's share, but for an example now and then",
)  # examples whose verdict rests on the unit of the loss
BAD = {
    "accuracy alone is one number from the first on": dict(val_accuracy=every(20, flat(0.3137))),
    "five of one number, and the losses are those of a constant": dict(
        train_loss=fall(start=0.9, end=0.6)[::40], val_accuracy=flat(0.7423)[:5], val_loss=fall(start=0.8, end=0.6)[::40]
    ),
    "a rare class is never answered": dict(
        train_loss=fall(start=0.7, end=0.2, rate=80) * noise(0.02),
        val_accuracy=every(10, flat(0.95)),
        val_loss=every(10, fall(start=0.6, end=0.2, rate=80)),
    ),
    "the majority's share from the start": dict(train_loss=fall(end=1.9, rate=80) * noise(0.02), val_accuracy=every(10, flat(0.6134))),
    "fell back to one class": dict(
        train_loss=fall(end=2.2, rate=20) * noise(0.01), val_accuracy=every(10, np.where(T < 0.3, 0.2 + 0.5 * T, 0.1135))
    ),
    "a balanced accuracy of a half, and few training losses": dict(
        train_loss=fall(start=0.7, end=0.45)[:7], val_accuracy=every(10, flat(0.5)), val_loss=every(10, fall(start=0.68, end=0.54))
    ),
    "the loss learned how often each occurs": dict(train_loss=fall(end=1.3, rate=80) * noise(0.02), val_accuracy=every(10, flat(0.72))),
    "the majority's share, but for an example now and then": dict(
        train_loss=fall(start=1.2, end=0.573, rate=80) * noise(0.02),
        val_accuracy=np.where(np.arange(40) % 7 == 3, 0.7405, 0.7423),
        val_loss=every(5, fall(start=0.8, end=0.6, rate=80)),
    ),
}
GOOD = {
    "five of one number, but the losses have learned": dict(
        train_loss=fall(start=0.5, end=0.1)[:5], val_accuracy=flat(0.7423)[:5], val_loss=flat(0.21)[:5]
    ),
    "accuracy alone, of a few examples": dict(val_accuracy=every(20, flat(0.4))),
    "accuracy alone, that learned and stays": dict(val_accuracy=every(10, np.where(T < 0.3, 0.2 + T, 0.4871))),
    "learns, and moves by an example now and then": dict(
        train_loss=fall(start=1.2, end=0.05) * noise(0.02),
        val_accuracy=np.where(np.arange(40) % 7 == 3, 0.9405, 0.9423),
        val_loss=every(5, fall(start=0.8, end=0.06, rate=80)),
    ),
    "a small set, solved": dict(train_loss=fall() * noise(0.05), val_accuracy=every(10, np.where(T < 0.2, 0.5 + T, 0.9667))),
    "solved from the first evaluation on": dict(train_loss=fall(end=0.02) * noise(0.05), val_accuracy=every(10, flat(0.9667))),
    "solved, and the validation loss says so": dict(
        train_loss=fall(end=0.02, rate=60) * noise(0.05), val_accuracy=every(10, flat(0.95)), val_loss=every(10, flat(0.1))
    ),
    "the schedule ended, and nothing moves": dict(
        train_loss=fall(end=1.9, rate=80), val_accuracy=every(10, flat(0.6134)), lr=np.where(T < 0.1, 0.1, 1e-7)
    ),
    "a full score from the first evaluation on": dict(train_loss=fall(end=1.9, rate=80), val_accuracy=every(10, flat(1.0))),
    "moves in its last digits": dict(train_loss=fall(end=1.9, rate=80), val_accuracy=every(10, 0.1 + 0.001 * np.round(noise(0.5), 1))),
    "stuck for a few evaluations": dict(train_loss=fall(end=1.9, rate=3), val_accuracy=every(10, np.where(T < 0.65, 0.7 - T / 4, 0.5))),
    "rose, then stayed": dict(train_loss=falling(end=1.4, rate=30), val_accuracy=every(10, np.where(T < 0.2, 0.3, 0.45))),
    "a half at the few evaluations there were": dict(train_loss=fall(start=0.7, end=0.3), val_accuracy=flat(0.5)[:6]),
}
