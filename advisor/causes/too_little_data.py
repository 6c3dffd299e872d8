"""There are too few training examples for what is to be learned.

What it means
    More examples, or variations of those there are, move the point where memorizing pays.

How it is weighed
    For: overfitting although regularization is already strong; few training examples, or a great many passes over them, where
    the run tells how many. Against: many examples.

What to change
    augmentation: variations that keep the label.

References
    The guide, Problem 5, solution 3.
"""

from advisor.curves import fall, rise
from advisor.finding import Change, setting
from advisor.signals.hparams import as_number
from advisor.statistics.training_length import plan

EXPLAINS = ("overfitting",)
PRIOR = -4.0
FEW, MANY = 300, 20_000  # examples
OFTEN = 100  # epochs


def weigh(train_loss, epoch=None, hparams=None):
    known = plan(train_loss, epoch, hparams)
    if known.examples:
        few = known.examples <= FEW
        fact, weight = ("training examples, few", 10.0) if few else ("training examples", -4.0 if known.examples >= MANY else 0.0)
        yield setting("train_size", round(known.examples), fact, weight)
    if known.epochs and known.epochs >= OFTEN:
        yield setting("epochs", round(known.epochs), "passes over the data, many", 3.0)
    dropout, decay = as_number(hparams, "dropout") or 0.0, as_number(hparams, "weight_decay") or 0.0
    if dropout >= 0.4:
        yield setting("dropout", dropout, "overfits although dropout is strong", 5.0)
    if decay >= 0.05:
        yield setting("weight_decay", decay, "overfits although weight decay is strong", 5.0)


def changes(run, finding):
    yield Change("augmentation", to="on", why="every variation of an example that keeps its label counts as a new one")


BAD = {
    "turns at once although regularized": dict(
        train_loss=fall(end=0.1, rate=40),
        val_loss=fall(end=1.0, rate=200) + rise(2.0, after=0.02),
        hparams=dict(weight_decay=0.1, dropout=0.5),
    ),
}
GOOD = {"nothing known": dict(train_loss=fall(end=0.02), val_loss=fall(end=0.6) + rise(0.5, after=0.4))}
