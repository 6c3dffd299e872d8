"""Nothing bounds the slope of the critic.

What it means
    A critic that is not held to a slope of about 1 earns by growing, and both losses grow with it.

How it is weighed
    A priori; for: a loss of the critic that grew as well.

What to change
    gradient_penalty: 10 times the squared distance of the slope's norm from 1.

References
    Gulrajani et al., Improved Training of Wasserstein GANs (2017). arXiv:1704.00028
    Mescheder, Geiger and Nowozin, Which Training Methods for GANs do actually Converge? (2018). arXiv:1801.04406
"""

from dataclasses import replace

import numpy as np

from advisor.curves import T, flat, noise
from advisor.finding import Change, Evidence
from advisor.statistics.curve_shape import level

EXPLAINS = ("generator-diverges",)
PRIOR = 4.0
GREW = 10.0


def weigh(discriminator_loss):
    d = discriminator_loss.finite()
    size = replace(d, values=np.abs(d.values))
    grew = level(size, 0.9, 1).value / max(level(size, 0, 0.1).value, 1.0)
    fact = "size of the critic's loss at the end over that at first"
    yield Evidence("discriminator_loss", int(d.steps[0]), int(d.steps[-1]), fact, grew, GREW, 6.0 if grew >= GREW else -2.0)


def changes(run, finding):
    yield Change("gradient_penalty", to=10.0, interval=(1.0, 10.0), why="it holds the critic's slope near 1")


BAD = {"both grow": dict(generator_loss=np.exp(14 * T) * noise(0.3), discriminator_loss=-np.exp(12 * T))}
GOOD = {"neither grows": dict(generator_loss=flat(1.1) * noise(0.3), discriminator_loss=flat(1.0) * noise(0.3))}
