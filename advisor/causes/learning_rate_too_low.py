"""The learning rate is too low.

What it means
    Every step goes the right way and hardly anywhere. At small rates a curve depends on rate times steps
    alone: ten times the rate is ten times the training in the same time.

How it is weighed
    For: a steady fall that had hardly begun, with the half of it late; a rate below what its optimizer is
    usually given. Against: any rise above the start, and a rate above the usual.

What to change
    lr: the factor that would bring most of the loss's fall into the first tenth of the run, averaged (in its
    logarithm) with the middle of the usual band.

References
    The guide, Problem 1, cause 2.
"""

import numpy as np

from advisor.curves import fall, flat, line, nan_after, noise
from advisor.finding import Change, Evidence
from advisor.hparams import optimizer_of
from advisor.rates import USUAL, peak_lr, rounded, unusual
from advisor.siblings import evidence
from advisor.stats import shape

EXPLAINS = ("slow-convergence", "loss-not-decreasing", "underfitting")
PRIOR = {"slow-convergence": 6.0, "loss-not-decreasing": -2.0, "underfitting": -3.0}
MOST_OF_IT = 0.8  # of its starting value: what a loss that is learned loses
WITHIN = 10  # and it should take a tenth of the run


def weigh(train_loss, lr=None, hparams=None, siblings=None):
    yield from unusual(lr, hparams, -1)
    yield from evidence(train_loss, lr, hparams, siblings, -1)
    s = shape(train_loss)
    if s.peak > 1.1:
        yield Evidence("train_loss", s.first_step, s.last_step, "rose above its start, times", s.peak, 1.1, -12.0)
    if s.late_sigma > 4 and s.half > 0.12 and s.late > 0.2:
        yield Evidence(
            "train_loss",
            s.first_step,
            s.last_step,
            "share of the run that half of the fall took",
            s.half,
            0.12,
            8.0 if s.fall < 0.5 else 3.0,
        )


def changes(run, finding):
    s, rate = shape(run.signal("train_loss")), peak_lr(run.signal("lr"), run.signal("hparams"))
    by = float(np.clip(WITHIN * MOST_OF_IT / max(s.fall, 1e-3), 10, 300))
    if rate is None:
        yield Change(
            "lr", by=round(by / 10) * 10, interval=(3.0, 10 * by), why=f"the loss lost {max(s.fall, 0):.2g} of its start in the whole run"
        )
        return
    if (found := run.signal("siblings")) is not None and found.rate > rate:
        yield Change("lr", to=found.rate, from_=rate, interval=found.interval, why=f"at this rate {found.name} ended at {found.end:.3g}")
        return
    low, high = USUAL.get(optimizer_of(run.signal("hparams")) or "", (rate * by, rate * by))
    usual = np.sqrt(low * high)
    to = rounded(np.sqrt(rate * by * usual) if usual > 3 * rate else rate * by if usual == rate * by else rate * 10)
    why = f"at {by:.0f} times the rate the loss would make most of its fall in the first tenth of these steps"
    yield Change("lr", to=to, from_=rate, interval=(rounded(min(to, 3 * rate)), rounded(max(to * 3, high))), why=why)


BAD = {
    "a straight, slow line": dict(train_loss=line(2.3, 2.1) * noise(0.01)),
    "a straight, slow line, rate known": dict(train_loss=line(2.3, 2.0) * noise(0.01), hparams=dict(lr=1e-5, optimizer="SGD")),
    "flat, and the rate is tiny": dict(train_loss=flat(2.3) * noise(0.01), hparams=dict(lr=1e-7, optimizer="Adam")),
}
GOOD = {
    "flat, and the rate is huge": dict(
        train_loss=fall(start=2.33, end=2.3, rate=900) * noise(0.002), hparams=dict(lr=1.0, optimizer="Adam")
    ),
    "NaN": dict(train_loss=fall() * nan_after(0.5), hparams=dict(lr=1e-3, optimizer="Adam")),
}
