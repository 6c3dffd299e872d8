"""One class is so frequent that answering with it is nearly right.

What it means
    The loss falls fastest by learning how often each class occurs, and what is rare weighs too little to be learned.

How it is weighed
    For: the accuracy that never changes is more than a half, so that one class holds the majority; the loss fell, best of all to what
    frequencies explain. Against: an accuracy too small to be a majority's share, or a loss that never fell.

What to change
    class_weights in the loss, or a sampler that draws the classes evenly. And judge by balanced accuracy or F1.

References
    He and Garcia, Learning from Imbalanced Data (2009). doi:10.1109/TKDE.2008.239
"""

import numpy as np

from advisor.curves import every, fall, flat, noise
from advisor.finding import Change, Evidence
from advisor.statistics.curve_shape import shape

EXPLAINS = ("one-class",)
PRIOR = -2.0
MAJORITY = 0.5


def weigh(finding, train_loss, val_accuracy):
    score, s = val_accuracy.finite(), shape(train_loss)
    share = float(score.values[-1]) / (100 if score.values.max() > 1 else 1)
    first, last = int(score.steps[0]), int(score.steps[-1])
    yield Evidence("val_accuracy", first, last, "the class's share", share, MAJORITY, 5.0 if share > MAJORITY + 0.02 else -6.0)
    entropy = next((e for e in finding.evidence if e.signal == "val_loss"), None)
    if entropy is not None:
        yield Evidence(
            "val_loss", entropy.first_step, entropy.last_step, "the loss is the entropy of that share", entropy.value, entropy.limit, 6.0
        )
    elif s.fall > 0.05 and s.end.below(s.start) > 3:
        yield Evidence(
            "train_loss", s.first_step, s.last_step, "how often each occurs was learned: fall as a share of the start", s.fall, 0.05, 3.0
        )


def changes(run, finding):
    share = float(run.signal("val_accuracy").finite().values[-1])
    said = f"{share:.3g}{'%' if share > 1 else ''}"
    yield Change(
        "class_weights", to="balanced", why=f"one class alone is worth an accuracy of {said}; weigh each by one over its frequency"
    )


BAD = {
    "a rare class": dict(
        train_loss=fall(start=0.7, end=0.2, rate=80) * noise(0.02),
        val_accuracy=every(10, flat(0.95)),
        val_loss=every(10, fall(start=0.6, end=0.2, rate=80)),
    ),
    "the majority's share": dict(train_loss=fall(start=1.2, end=0.66, rate=80) * noise(0.02), val_accuracy=every(10, flat(0.6134))),
}
GOOD = {
    "one of ten": dict(
        train_loss=fall(end=2.2, rate=20) * noise(0.01),
        val_accuracy=every(10, np.linspace(0.3, 0.1, 200).clip(0.1135)),
        hparams=dict(lr=1.0, optimizer="SGD"),
    ),
}
