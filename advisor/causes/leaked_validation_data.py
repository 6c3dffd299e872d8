"""Examples of the validation set, or near copies of them, were trained on.

What it means
    Duplicates, frames of one video, patches of one image or augmented copies on both sides of the split make the validation loss
    one more training loss.

How it is weighed
    The logs hold little of it. For: validation is lower although no dropout acts. It is named because it is quickly checked.

What to change
    validation_split: split by source, before anything is augmented, and look for duplicates.

References
    Kapoor and Narayanan, Leakage and the reproducibility crisis in machine-learning-based science (2023). doi:10.1016/j.patter.2023.100804
"""

from advisor.curves import every, fall, noise
from advisor.finding import Change, setting
from advisor.signals.hparams import as_number

EXPLAINS = ("validation-better-than-training",)
PRIOR = -6.0


def weigh(hparams=None):
    if (dropout := as_number(hparams, "dropout")) == 0:
        yield setting("dropout", dropout, "no dropout acts", 2.0)


def changes(run, finding):
    yield Change("validation_split", to="by source", why="no example, and no copy of one, may stand on both sides")


BAD: dict[str, dict] = {}
GOOD = {
    "dropout": dict(train_loss=fall(end=0.6) * noise(0.05), val_loss=every(10, fall(end=0.4, start=2.0)), hparams=dict(dropout=0.5)),
}
