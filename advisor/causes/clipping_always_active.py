"""Gradients are clipped at almost every step.

What it means
    A clip below the usual norm is no guard against the rare huge gradient but a second, hidden learning rate: every step is shortened,
    the early ones most. An adaptive optimizer evens it out; plain SGD does not.

How it is weighed
    For: the norm logged before clipping lies above the clip in nine of ten steps, or the norm logged after it stands at its cap; the more,
    the shorter the steps become. Against: a norm that is mostly below the clip; an adaptive optimizer.

What to change
    max_grad_norm: twice the median norm, so that ordinary steps pass as they are.

References
    The guide, "Gradient Clipping".
    Zhang et al., Why Gradient Clipping Accelerates Training (2020). arXiv:1905.11881
"""

import numpy as np

from advisor.curves import flat, line, noise
from advisor.finding import Change, Evidence
from advisor.signals.hparams import ADAPTIVE, as_number, optimizer_of
from advisor.wording import number

EXPLAINS = ("slow-convergence", "loss-not-decreasing", "underfitting")
PRIOR = {"slow-convergence": -6.0, "loss-not-decreasing": -8.0, "underfitting": -9.0}
ALWAYS = 0.9
AT_THE_CAP = 1e-3  # relative: a norm this near its highest is at it
PER_DECADE = 8.0  # decibans: shortened tenfold is slowed tenfold


def weigh(grad_norm=None, hparams=None):
    if grad_norm is None or len(norm := grad_norm.finite()) < 10:
        return
    clip = cap(norm, hparams)
    share = float(np.mean(norm.values >= clip * (1 - AT_THE_CAP))) if clip else 0.0
    first, last = int(norm.steps[0]), int(norm.steps[-1])
    yield Evidence("grad_norm", first, last, "share of the steps at the clip or above it", share, ALWAYS, 8.0 if share >= ALWAYS else -10.0)
    if share < ALWAYS:
        return
    shortened = float(np.median(norm.values)) / clip
    if shortened > 1.1:
        weight = round(float(np.clip(PER_DECADE * np.log10(shortened), 0, 16)), 1)
        yield Evidence("grad_norm", first, last, "typical norm over the clip", shortened, 1.0, weight)
    if optimizer_of(hparams) in ADAPTIVE:
        yield Evidence("hparams", 0, 0, "an adaptive optimizer evens a constant factor out", 1.0, weight=-10.0, tag="optimizer")


def cap(norm, hparams):
    """The clip: as set, else the value at which most of the norms stand; None where there is none."""
    if (clip := as_number(hparams, "max_grad_norm")) is not None and clip > 0:
        return clip
    highest = float(norm.values.max())
    return highest if np.mean(norm.values >= highest * (1 - AT_THE_CAP)) >= ALWAYS and np.ptp(norm.values) > 0 else None


def changes(run, finding):
    if run.signal("grad_norm") is None or not len(norm := run.signal("grad_norm").finite()):
        return
    clip = cap(norm, run.signal("hparams"))
    typical = float(np.median(norm.values))
    if clip and typical > 1.1 * clip:
        to = float(f"{2 * typical:.1g}")
        yield Change("max_grad_norm", to=to, interval=(to / 2, 5 * to), why=f"twice the median norm of this run ({number(typical)})")
    elif clip:
        yield Change(
            "max_grad_norm", to=10 * clip, interval=(2 * clip, 100 * clip), why="the logged norm stands at the clip: log it before clipping"
        )


SLOW = line(2.3, 2.1) * noise(0.01)
BAD = {
    "a clip a hundred times below the norm": dict(
        train_loss=SLOW, grad_norm=flat(1.0) * noise(0.2), hparams=dict(max_grad_norm=0.01, lr=0.03, optimizer="SGD")
    ),
}
GOOD = {
    "a clip that is hardly met": dict(
        train_loss=SLOW, grad_norm=flat(1.0) * noise(0.2), hparams=dict(max_grad_norm=2.0, lr=1e-4, optimizer="SGD")
    ),
    "always met, but Adam": dict(
        train_loss=SLOW, grad_norm=flat(1.0) * noise(0.2), hparams=dict(max_grad_norm=0.1, lr=1e-6, optimizer="Adam")
    ),
}
