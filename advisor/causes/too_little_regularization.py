"""Nothing keeps the model from memorizing the training set.

What it means
    The model has freedom enough to fit every training example, noise included, and no price on using it.

How it is weighed
    For: weight_decay and dropout are zero or small; the validation loss turned early; the training loss went
    to nothing. Against: regularization that is already strong.

What to change
    dropout, a step up from today's, and weight_decay, ten times today's, or what is usual of the optimizer.

References
    The guide, Problem 5, solution 1.
    Srivastava et al., Dropout (2014).
    Loshchilov and Hutter, Decoupled Weight Decay Regularization (2019). arXiv:1711.05101
"""

from advisor.causes.too_many_epochs import at_once, turn
from advisor.curves import fall, line, rise
from advisor.evidence.pretrained import trained_before
from advisor.finding import Change, Evidence, setting
from advisor.signals.hparams import as_number, optimizer_of
from advisor.statistics.curve_shape import shape
from advisor.tasks import FINE_TUNED

EXPLAINS = ("overfitting",)
PRIOR = 1.0
LIGHT, STRONG = 0.2, 0.5  # dropout: the guide's light and strong
DECAY, MOST_DECAY = 1e-4, 0.1
COUPLED, DECOUPLED = (5e-4, MOST_DECAY), (0.1, 0.3)  # usual decay, and the most; AdamW multiplies it by the learning rate


def weigh(train_loss, val_loss, hparams=None, task=None):
    decay, dropout = as_number(hparams, "weight_decay"), as_number(hparams, "dropout")
    if decay is not None:
        yield setting("weight_decay", decay, "weight decay", 4.0 if decay < DECAY else -3.0 if decay >= 0.05 else 0.0)
    if dropout is not None:
        yield setting("dropout", dropout, "dropout", 4.0 if dropout == 0 else -4.0 if dropout >= STRONG else 0.0)
    first, best, last = turn(val_loss)
    early = (best - first) / max(last - first, 1)
    if at_once(val_loss) and (task is None or task.name != FINE_TUNED):
        yield Evidence("val_loss", first, best, "turned early: share of the run before the best validation loss", early, 0.1, 5.0)
    s = shape(train_loss)
    if s.fall > 0.98:
        yield Evidence("train_loss", s.first_step, s.last_step, "memorized: share of the starting loss that was lost", s.fall, 0.98, 2.0)


def changes(run, finding):
    hparams = run.signal("hparams")
    decay, dropout = as_number(hparams, "weight_decay"), as_number(hparams, "dropout")
    if dropout is None or dropout < STRONG:
        to = LIGHT if not dropout else min(STRONG, round(dropout + 0.2, 2))
        why = "each unit must do without the others now and then; 0.2 is light, 0.5 strong"
        unsaid = ", where the model has none or less: the run does not say" if dropout is None else ""
        how = {}
        if trained_before(run):
            how["pytorch"] = f"config.hidden_dropout_prob = {to}  # as its configuration calls it, before the model is made"
        yield Change("dropout", to=to, interval=(min(0.1, to), STRONG), why=why + unsaid, how=how)
    usual, most = DECOUPLED if optimizer_of(hparams) in (None, "Adam", "AdamW") else COUPLED
    if decay is None or decay < most:
        to = min(float(f"{max(10 * decay, DECAY):.2g}"), most) if decay else usual
        why = "a price on large weights" if decay is not None else "a price on large weights, where it is less today: the run does not say"
        yield Change("weight_decay", to=to, interval=(min(to, usual) / 10, most), why=why)


BAD = {
    "a turn at once, no regularization": dict(
        train_loss=fall(end=0.001, rate=40), val_loss=fall(end=1.0, rate=200) + line(0, 2), hparams=dict(weight_decay=0.0, dropout=0.0)
    ),
}
GOOD = {
    "regularized already": dict(
        train_loss=fall(end=0.1), val_loss=fall(end=0.6) + rise(0.5, after=0.4), hparams=dict(weight_decay=0.1, dropout=0.5)
    ),
}
