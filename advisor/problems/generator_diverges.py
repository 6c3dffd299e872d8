"""The generator's loss runs away.

What it means
    A critic whose slope is not held grows without bound, and what it tells the generator with it.

How it is detected
    Over the last tenth the generator's loss is, in size, `times` that over the first tenth or more, which counts as 1 at least, and it is
    at its largest there.

References
    Gulrajani et al., Improved Training of Wasserstein GANs (2017). arXiv:1704.00028
    Miyato et al., Spectral Normalization for Generative Adversarial Networks (2018). arXiv:1802.05957
"""

from dataclasses import replace

import numpy as np

from advisor.curves import T, flat, line, noise
from advisor.finding import Evidence, Finding, confidence
from advisor.statistics.curve_shape import enough, level

TASK = "gan"


def check(generator_loss, discriminator_loss, *, times=100.0):
    g = enough(generator_loss)
    size = replace(g, values=np.abs(g.values))
    start, end, middle = (level(size, *span).value for span in ((0, 0.1), (0.9, 1), (0.4, 0.6)))
    grew = end / max(start, 1.0)
    if grew < times or end < middle:
        return
    first, last, was, now = int(g.steps[0]), int(g.steps[-1]), level(g, 0, 0.1).value, level(g, 0.9, 1).value
    yield Finding(
        f"The generator's loss grew from {was:.3g} to {now:.3g} between step {first} and step {last}.",
        (Evidence("generator_loss", first, last, "size at the end over that at first", grew, times),),
        confidence=confidence(grew, times),
    )


BAD = {
    "without bound": dict(generator_loss=np.exp(14 * T) * noise(0.3), discriminator_loss=-np.exp(12 * T)),
    "two hundred times": dict(generator_loss=-np.exp(5.5 * T) * noise(0.1), discriminator_loss=flat(-0.5) * noise(0.3)),
}
GOOD = {
    "ten times": dict(generator_loss=line(1.0, 12.0) * noise(0.2), discriminator_loss=flat(0.5) * noise(0.3)),
    "a swing that came back": dict(generator_loss=1 + 900 * np.exp(-400 * (T - 0.5) ** 2), discriminator_loss=flat(0.5) * noise(0.3)),
}
