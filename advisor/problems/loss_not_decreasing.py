"""Training loss stays flat or rises from the beginning.

What it means
    The model learns nothing, or only the average of the targets. More of the same training will not help:
    something stops the updates from lowering the loss.

How it is detected
    Between its start and its last tenth the loss fell by less than `fall` of its starting value, or by no
    more than `sigmas` standard errors. A slow fall that is plainly there belongs to slow-convergence; a jump
    above the start belongs to exploding-loss.

References
    The guide, Problem 1: Training Loss Not Decreasing.
    Karpathy, A Recipe for Training Neural Networks (2019). https://karpathy.github.io/2019/04/25/recipe/
"""

import numpy as np

from advisor.curves import fall as falling
from advisor.curves import flat, line, nan_after, noise
from advisor.finding import Evidence, Finding, confidence
from advisor.statistics.curve_shape import shape
from advisor.wording import percent

STILL_FALLING = 4.0  # standard errors: beyond this the second half's fall is no accident
OF_A_FALL = True
AT_FULL_RATE = True
FROM_THE_START = True


def check(train_loss, *, fall=0.03, sigmas=2.5):
    if len(train_loss) and (not np.isfinite(train_loss.values[-1]) or not train_loss.values.any()):
        return  # exploding-loss or hidden-nan says what there is to say
    s = shape(train_loss)
    learned = s.fall > fall and s.end.below(s.start) > sigmas
    creeping = s.late_sigma > STILL_FALLING and s.late > 0.2 and s.fall > 0
    if learned or creeping or (s.fall <= -0.5 and s.end.value > 1.2 * train_loss.finite().values[0]):
        return
    if s.fall > fall:
        way = f"fell by {percent(s.fall)}, no more than its noise,"
        fact = Evidence("train_loss", s.first_step, s.last_step, "fall in standard errors", s.end.below(s.start), sigmas)
    else:
        way = f"fell by only {percent(s.fall)}" if s.fall > 0 else f"rose by {percent(-s.fall)}" if s.fall < 0 else "did not change"
        fact = Evidence("train_loss", s.first_step, s.last_step, "fall as a share of the start", s.fall, fall)
    yield Finding(
        f"Training loss {way} between its start ({s.start.value:.3g} at step {s.first_step}) "
        f"and its end ({s.end.value:.3g} at step {s.last_step}).",
        (fact,),
        confidence=max(0.6, confidence(fall, max(s.fall, fall / 8))),
    )


BAD = {
    "flat": dict(train_loss=flat(2.3) * noise(0.01)),
    "flat and noisy": dict(train_loss=flat(2.3) * noise(0.3)),
    "one step to the average, then flat": dict(train_loss=falling(start=2.33, end=2.3, rate=300) * noise(0.003)),
    "rises a little": dict(train_loss=line(2.3, 2.6) * noise(0.02)),
    "flat to the last digit": dict(train_loss=flat(0.6931)),
}
GOOD = {
    "a healthy fall": dict(train_loss=falling() * noise(0.1)),
    "a small fall, far beyond its noise": dict(train_loss=falling(start=2.3, end=2.1) * noise(0.005)),
    "falls very slowly, but surely": dict(train_loss=line(2.3, 2.25) * noise(0.002)),
    "ends as NaN": dict(train_loss=flat(2.3) * noise(0.01) * nan_after(0.5)),
    "explodes": dict(train_loss=line(2.3, 9.0)),
}
