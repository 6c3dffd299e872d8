"""Validation loss is lower than training loss all along.

What it means
    Usually nothing is wrong: dropout and augmentation act while training alone, and the training loss was taken before the step that
    the validation loss comes after. But examples of the validation set that were trained on, or a training loss that is logged as a sum,
    look the same; so it is a note.

How it is detected
    In `often` of the evaluations the validation loss lies below the training loss of those steps by `below` or more of it, and by
    `sigmas` standard errors typically.

References
    The guide, "Dropout". Why validation loss may be lower:
    https://pyimagesearch.com/2019/10/14/why-is-my-validation-loss-lower-than-my-training-loss/
"""

import numpy as np

from advisor.curves import every, fall, flat, noise
from advisor.finding import Evidence, Finding, confidence
from advisor.statistics.curve_shape import CannotTell, enough
from advisor.statistics.noise import noise as noise_of
from advisor.wording import percent

EVALUATIONS, MOST = 5, 2000  # that are needed; that are looked at, evenly spread


def check(train_loss, val_loss, *, often=0.7, below=0.1, sigmas=3.0):
    val, train = val_loss.finite(), enough(train_loss)
    if len(val) < EVALUATIONS:
        raise CannotTell(f"{val.tag or 'val_loss'} has {len(val)} finite points; {EVALUATIONS} are needed")
    val = val[:: -(-len(val) // MOST)]
    beside, error = level_beside(train, val)
    gap = beside - val.values
    share = float(np.mean(gap >= below * np.abs(beside)))
    typical = float(np.median(gap / np.maximum(np.abs(beside), 1e-300)))
    if share < often or not (gap > 0).any() or np.median(gap[gap > 0]) < sigmas * error:
        return
    first, last = int(val.steps[0]), int(val.steps[-1])
    yield Finding(
        f"Validation loss lies below training loss in {percent(share)} of {len(val)} evaluations, typically by {percent(typical)} "
        f"(steps {first} to {last}).",
        (Evidence("val_loss", first, last, "typically below the training loss by", typical, below),),
        level="note",
        confidence=confidence(typical, below),
    )


def level_beside(train, val):
    """The training loss around each evaluation, and the typical standard error of that."""
    reach = max(float(np.median(np.diff(val.steps))) / 2, 2 * float(np.median(np.diff(train.steps))))
    parts = [train.between(step - reach, step + reach).values for step in val.steps]
    levels = np.array(
        [np.median(part) if len(part) else np.interp(step, train.steps, train.values) for part, step in zip(parts, val.steps, strict=True)]
    )
    return levels, 1.25 * noise_of(train.values) / np.sqrt(max(1.0, float(np.median([len(part) for part in parts]))))


BAD = {
    "dropout": dict(train_loss=fall(end=0.6) * noise(0.05), val_loss=every(10, fall(end=0.4, start=2.0))),
    "a little": dict(train_loss=fall(end=0.6) * noise(0.02), val_loss=every(10, 0.86 * fall(end=0.6))),
    "summed over four": dict(train_loss=4 * fall(end=0.6) * noise(0.05), val_loss=every(10, fall(end=0.6))),
    "in most evaluations": dict(train_loss=fall(end=0.6) * noise(0.02), val_loss=every(10, fall(end=0.47) * noise(0.1, seed=1))),
}
GOOD = {
    "alike": dict(train_loss=fall(end=0.6) * noise(0.05), val_loss=every(10, fall(end=0.6))),
    "a little below": dict(train_loss=fall(end=0.6) * noise(0.02), val_loss=every(10, 0.95 * fall(end=0.6))),
    "above": dict(train_loss=fall(end=0.1) * noise(0.05), val_loss=every(10, fall(end=0.4))),
    "below at first only": dict(train_loss=fall(end=0.1, rate=4) * noise(0.02), val_loss=every(10, fall(start=1.2, end=0.6, rate=4))),
    "below within the noise": dict(train_loss=flat(1.0) * noise(1.0, seed=2), val_loss=every(10, flat(0.3))),
}
