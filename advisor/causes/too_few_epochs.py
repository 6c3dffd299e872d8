"""Training stopped before the model had learned what it could.

What it means
    Both losses were still falling when the run ended: the same settings, for longer, reach a lower loss.

How it is weighed
    For: the loss still falls at the end and has come far already; few epochs. Against: a fall that had hardly
    begun (the steps are too small, not too few).

What to change
    epochs, to the number at which the loss's own course would have flattened, with early stopping.

References
    The guide, "Underfitting (Too Few Epochs)".
"""

import numpy as np

from advisor.curves import every, fall, line, noise
from advisor.finding import Change, Evidence, setting
from advisor.hparams import number
from advisor.stats import shape

EXPLAINS = ("underfitting", "slow-convergence")
PRIOR = {"underfitting": 2.0, "slow-convergence": -4.0}


def weigh(train_loss, epoch=None, hparams=None):
    s = shape(train_loss)
    if s.late_sigma > 4 and s.late > 0.1:
        yield Evidence(
            "train_loss",
            (s.first_step + s.last_step) // 2,
            s.last_step,
            "still falling: share of the fall made in the second half",
            s.late,
            0.1,
            4.0,
        )
    if s.fall > 0.5:
        yield Evidence("train_loss", s.first_step, s.last_step, "has come far: share of the start lost", s.fall, 0.5, 4.0)
    epochs = number(hparams, "epochs") or (float(epoch.finite().values.max()) if epoch is not None and len(epoch.finite()) else None)
    if epochs is not None and epochs <= 10:
        yield setting("epochs", epochs, "few epochs", 2.0)


def changes(run, finding):
    s = shape(run.signal("train_loss"))
    # An exponential approach that makes the share `late` of its fall in the second half is within 3 % of its floor after
    # this many times the run.
    by = float(np.clip(np.log(0.03) / np.log(max(s.late, 0.05)) / 2 if s.late < 0.45 else 4.0, 1.5, 4.0))
    epochs = number(run.signal("hparams"), "epochs")
    why = f"the second half still made {s.late:.0%} of the fall; at this pace it flattens after about {by:.2g} times the steps"
    yield Change("epochs", to=round(epochs * by) if epochs else None, by=None if epochs else round(by, 1), why=why)


BAD = {
    "stopped in mid-fall": dict(train_loss=fall(end=0.1, rate=2.5) * noise(0.02), val_loss=every(10, fall(end=0.2, rate=2.5))),
    "three epochs": dict(train_loss=fall(end=0.1, rate=3) * noise(0.02), val_loss=every(10, fall(end=0.2, rate=3)), hparams=dict(epochs=3)),
}
GOOD = {
    "had hardly begun": dict(train_loss=line(2.3, 2.1) * noise(0.01), val_loss=every(10, line(2.3, 2.1))),
    "held back by dropout": dict(
        train_loss=fall(end=1.5, rate=30) * noise(0.03), val_loss=every(10, fall(end=1.1, rate=30)), hparams=dict(dropout=0.8)
    ),
}
