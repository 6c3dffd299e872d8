"""What the model is given lies far from zero mean and unit variance.

What it means
    Initialization and usual learning rates are made for inputs of about unit size. Larger ones saturate or kill the first layer
    and make the loss steep in one direction and flat in others; a run may learn all the same, slower than it could.

How it is detected
    The standard deviation of the inputs, as it was logged, is above `large` or below one over ten times that, or their mean is
    `off` or more standard deviations from 0. It is a note: whether it does harm, the loss shows.

References
    LeCun et al., Efficient BackProp (1998), 4.3: normalizing the inputs.
"""

import numpy as np

from advisor.curves import every, flat, noise
from advisor.finding import Evidence, Finding


def check(input_std, input_mean=None, *, large=5.0, off=3.0):
    spread = input_std.finite()
    if not len(spread):
        return
    first, last, size = int(spread.steps[0]), int(spread.steps[-1]), float(np.median(spread.values))
    mean = float(np.median(input_mean.finite().values)) if input_mean is not None and len(input_mean.finite()) else 0.0
    away = abs(mean) / max(size, 1e-12)
    if 0.1 / large <= size <= large and away < off:
        return
    yield Finding(
        f"The inputs have a standard deviation of {size:.3g} and a mean of {mean:.3g} (steps {first} to {last}), "
        "where about 1 and 0 are usual.",
        (
            Evidence("input_std", first, last, "standard deviation of the inputs", size, large),
            Evidence("input_std", first, last, "mean over the standard deviation", away, off),
        ),
        level="note",
        confidence=0.9,
    )


BAD = {
    "of a spread of 70": dict(input_std=every(10, flat(70.0) * noise(0.05))),
    "next to nothing": dict(input_std=every(10, flat(1e-4))),
    "far from 0": dict(input_std=every(10, flat(2.0)), input_mean=every(10, flat(-40.0))),
}
GOOD = {
    "normalized": dict(input_std=every(10, flat(1.0) * noise(0.05)), input_mean=every(10, flat(0.02))),
    "pixels from 0 to 1": dict(input_std=every(10, flat(0.3)), input_mean=every(10, flat(0.4))),
}
