"""The discriminator learns faster than the generator can follow.

What it means
    It is larger, has the higher rate or more updates, or the task is easy for it: what it is shown of the two differs in something the
    generator cannot make.

How it is weighed
    For: a loss of the discriminator of next to nothing, and a loss of the generator that rises against it.

What to change
    discriminator_lr: a quarter of today's. real_label: 0.9 in place of 1 for what is real.

References
    Heusel et al., GANs Trained by a Two Time-Scale Update Rule (2017). arXiv:1706.08500
    Salimans et al., Improved Techniques for Training GANs (2016): one-sided label smoothing. arXiv:1606.03498
"""

from advisor.curves import T, flat, noise
from advisor.finding import Change, Evidence
from advisor.signals.hparams import as_number
from advisor.statistics.curve_shape import level

EXPLAINS = ("discriminator-wins",)
PRIOR = 6.0
LESS, SURE = 0.25, 0.01


def weigh(discriminator_loss):
    d = discriminator_loss.finite()
    end = level(d, 0.5, 1).value
    weight = 4.0 if 0 <= end <= SURE else -6.0
    yield Evidence("discriminator_loss", int(d.steps[0]), int(d.steps[-1]), "median loss in the second half", end, SURE, weight)


def changes(run, finding):
    now, why = as_number(run.signal("hparams"), "discriminator_lr"), "so that the generator can follow"
    if now:
        yield Change("discriminator_lr", to=now * LESS, interval=(now / 10, now / 2), why=why)
    else:
        yield Change("discriminator_lr", by=LESS, interval=(0.1, 0.5), why=why)
    yield Change("real_label", to=0.9, interval=(0.8, 0.95), why="a discriminator that is never quite sure keeps a slope to learn from")


BAD = {"at once": dict(generator_loss=(8 + 6 * T) * noise(0.1), discriminator_loss=0.5 * 1e-4 ** (T > 0.05) * noise(0.5))}
GOOD = {"in balance": dict(generator_loss=flat(1.1) * noise(0.3), discriminator_loss=flat(1.0) * noise(0.3))}
