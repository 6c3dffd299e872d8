"""The loss fell at first and then stayed flat, far too high, for almost the whole run.

What it means
    What was easy to learn (the average of the targets, the class frequencies) was learned at once, and
    nothing since. A loss that settles low, or that approached its level gradually, has converged: that is not
    this problem.

How it is detected
    The loss lost no more than `fall` of its starting value, was within a twentieth of that fall of its final
    level after `settled` of the run, and did not fall significantly (`sigmas` standard errors) in the second
    half, or rose in it. Or a schedule took the learning rate to nothing while the loss was still falling, and
    the loss froze there.

References
    The guide, Problem 4: Model Not Learning (Loss Stuck).
"""

import numpy as np

from advisor.curves import T, fall, flat, line, noise, step_to
from advisor.finding import Evidence, Finding
from advisor.stats import confidence, level, percent, shape

NO_LR = 1e-3  # of its peak: a learning rate this small trains nothing


def check(train_loss, lr=None, *, fall=0.45, settled=0.1, sigmas=3.0, learned=0.03):
    s = shape(train_loss)
    if lr is not None and (frozen := froze(train_loss, lr, s)):
        yield frozen
        return
    flat, rising = s.settled <= settled and s.late_sigma < sigmas, -0.5 < s.late < -learned and s.late_sigma < -sigmas
    if not (flat or rising) or not learned < s.fall <= fall or s.points < 20 or s.end.below(s.start) <= sigmas:
        return
    since = s.best_step if rising else int(s.first_step + s.settled * (s.last_step - s.first_step))
    share = (s.last_step - since) / (s.last_step - s.first_step)
    yield Finding(
        f"Training loss fell {percent(s.fall)}, from {s.start.value:.3g} to {s.end.value:.3g}, "
        f"and has {'risen' if rising else 'been flat'} since step {since} ({percent(share)} of the run).",
        (
            Evidence("train_loss", since, s.last_step, "share of the run without progress", share, None if rising else 1 - settled),
            Evidence("train_loss", s.first_step, s.last_step, "fall as a share of the start", s.fall, fall),
        ),
        confidence=confidence(fall, s.fall),
    )


def froze(train_loss, lr, s):
    """The loss was still falling when the learning rate reached nothing, long before the end."""
    lr = lr.finite()
    if len(lr) < 10 or lr.values.max() <= 0:
        return None
    alive = lr.steps[lr.values > NO_LR * lr.values.max()]
    gone, span = int(alive[-1]), s.last_step - s.first_step
    if gone > s.first_step + 0.6 * span or gone <= s.first_step + 0.02 * span:
        return None
    share = (gone - s.first_step) / span
    before, at = level(train_loss, share / 2, share * 0.6), level(train_loss, share * 0.9, share)
    rate = (before.value - at.value) / max(s.start.value - at.value, 1e-300)
    if at.below(before) < 3 or rate < 0.03:
        return None
    return Finding(
        f"Training loss stopped falling at {s.end.value:.3g} when the learning rate reached "
        f"{lr.values[lr.steps > gone].max():.2g} after step {gone}; "
        f"the {percent(1 - share)} of the run after that trained nothing.",
        (
            Evidence("lr", gone, s.last_step, "share of the run without a learning rate", 1 - share, 0.4),
            Evidence("train_loss", s.first_step, gone, "share of the fall made just before", rate, 0.03),
        ),
        confidence=0.9,
    )


BAD = {
    "one step down, then flat": dict(train_loss=fall(start=3.5, end=2.3, rate=300) * noise(0.01)),
    "a third of the way": dict(train_loss=fall(start=180, end=120, rate=200) * noise(0.01)),
    "settles within a tenth of the run": dict(train_loss=fall(start=3.5, end=2.3, rate=50) * noise(0.01, seed=3)),
    "a small step": dict(train_loss=fall(start=2.5, end=2.35, rate=300) * noise(0.003)),
    "the schedule ended too early": dict(
        train_loss=np.where(T < 0.25, line(2.3, -1.7), 1.3) * noise(0.01), lr=np.where(T < 0.25, 0.1 * (1 - 4 * T), 0.0)
    ),
}
GOOD = {
    "converged low": dict(train_loss=fall(start=2.3, end=0.4, rate=60) * noise(0.05)),
    "still falling": dict(train_loss=fall(start=2.3, end=1.4, rate=2) * noise(0.01)),
    "settled gradually, high": dict(train_loss=fall(start=2.3, end=1.5, rate=12) * noise(0.02)),
    "fell by next to nothing": dict(train_loss=fall(start=2.33, end=2.3, rate=900) * noise(0.0005)),
    "never fell": dict(train_loss=flat(2.3) * noise(0.01)),
    "the schedule ended when all was learned": dict(
        train_loss=fall(start=2.3, end=0.2, rate=60) * noise(0.02), lr=np.where(T < 0.4, 0.1 * (1 - 2.5 * T), 0.0)
    ),
    "the schedule ends with the run": dict(train_loss=fall() * noise(0.02), lr=0.1 * (1 - T)),
    "a jump down late": dict(train_loss=step_to(2.3, 1.5, 0.5) * noise(0.01)),
}
