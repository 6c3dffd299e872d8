"""Dropout, augmentation and label smoothing act on the training loss alone.

What it means
    The training loss is measured on a harder task than the validation loss. The gap says nothing against the model.

How it is weighed
    For: dropout, augmentation or label smoothing is set. Against: dropout of 0; a gap that began only late.

What to change
    Nothing. To compare the two, measure the loss of some training examples in evaluation mode.

References
    Srivastava et al., Dropout (2014).
"""

from advisor.curves import every, fall, noise
from advisor.finding import setting
from advisor.signals.hparams import as_number

EXPLAINS = ("validation-better-than-training",)
PRIOR = 3.0
OFF = ("", "0", "0.0", "false", "off", "none", "no")


def weigh(hparams=None):
    dropout = as_number(hparams, "dropout")
    if dropout is not None:
        yield setting("dropout", dropout, "dropout", 6.0 if dropout > 0 else -4.0)
    for name in ("augmentation", "label_smoothing", "mixup"):
        if str((hparams or {}).get(name, "")).lower() not in OFF:
            yield setting(name, 1.0, "acts in training only", 5.0)


def changes(run, finding):
    return ()


GAP = dict(train_loss=fall(end=0.6) * noise(0.05), val_loss=every(10, fall(end=0.4, start=2.0)))
BAD = {"dropout": GAP | dict(hparams=dict(dropout=0.5)), "nothing known": GAP}
GOOD = {
    "summed over four": dict(
        train_loss=4 * fall(end=0.6) * noise(0.05), val_loss=every(10, fall(end=0.6)), hparams=dict(accumulation_steps=4)
    )
}
