"""Training loss swings so wildly that single updates undo what many achieved.

What it means
    Minibatch noise is normal. It is a problem when late in the run the loss still returns, again and again,
    to where training started: each such step pushes the weights by a gradient that says almost nothing about
    the data.

How it is detected
    In the second half of the run `returns` of the points or more lie above the starting level although the
    median fell below it by `fell` standard errors, and the noise there is more than `noise` of the starting level. A spike or two is
    not enough. Where nothing was achieved there is nothing to undo: that is loss-not-decreasing, or the noise of the task.

References
    The guide, "Gradient Noise": bad noise makes training unstable and slow.
    McCandlish et al., An Empirical Model of Large-Batch Training (2018). arXiv:1812.06162
"""

import numpy as np

from advisor.curves import T, fall, spike_at
from advisor.curves import noise as noisy
from advisor.finding import Evidence, Finding, confidence
from advisor.statistics.curve_shape import shape
from advisor.wording import percent

OF_A_FALL = True
FROM_THE_START = True


def check(train_loss, *, returns=0.05, noise=0.08, fell=2.0):
    s = shape(train_loss)
    middle = (s.first_step + s.last_step) / 2
    late = train_loss.finite().between(middle)
    above = float(np.mean(late.values > s.start.value)) if len(late) else 0.0
    spread = s.noise / max(abs(s.start.value), 1e-300)
    if s.fall <= 0.05 or above < returns or (late.values > s.start.value).sum() < 3 or spread < noise or s.end.below(s.start) < fell:
        return
    yield Finding(
        f"In the second half of the run {percent(above)} of the training losses lay above the starting level of "
        f"{s.start.value:.3g}, although their median fell "
        f"to {s.end.value:.3g}: the noise ({s.noise:.2g}) is as large as the progress ({s.start.value - s.end.value:.2g}).",
        (
            Evidence("train_loss", int(middle), s.last_step, "share of points above the start", above, returns),
            Evidence("train_loss", int(middle), s.last_step, "noise as a share of the start", spread, noise),
        ),
        confidence=confidence(above, returns),
    )


BAD = {
    "swings over the whole range": dict(train_loss=fall(start=2.0, end=1.2) * noisy(0.7)),
    "bursts": dict(train_loss=fall(start=2.0, end=0.6) * np.exp(1.2 * np.sin(40 * T) ** 8 * (T > 0.1)) * noisy(0.4)),
}
GOOD = {
    "honest minibatch noise": dict(train_loss=fall() * noisy(0.3)),
    "one spike": dict(train_loss=fall() * noisy(0.02) + spike_at(0.8, 40.0)),
    "smooth": dict(train_loss=fall()),
    "a calm, small fall": dict(train_loss=fall(start=2.0, end=1.82) * noisy(0.06, seed=13)),
    "three outbursts": dict(
        train_loss=fall(start=2.0, end=0.7) * noisy(0.3) + spike_at(0.605, 9.0) + spike_at(0.7, 9.0) + spike_at(0.9, 9.0)
    ),
    "noise of the task around a loss that hardly moves": dict(train_loss=fall(start=0.115, end=0.1) * noisy(0.4, seed=4)),
}
