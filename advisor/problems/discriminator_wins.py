"""The discriminator tells the generator's work from the real without an error.

What it means
    What the generator is told is the discriminator's slope, and where that is sure of everything the slope is next to nothing, or blind
    to what would make the work better. Losses alone do not show how good the work is: look at it.

How it is detected
    Over the second half the discriminator's loss, in the median, is `sure` or less and never below 0, as a cross entropy is, and the
    generator's is `lost` or more and no lower than in the first tenth.

References
    Arjovsky and Bottou, Towards Principled Methods for Training Generative Adversarial Networks (2017). arXiv:1701.04862
    Google, Common problems of GANs. https://developers.google.com/machine-learning/gan/problems
"""

from advisor.curves import T, flat, noise
from advisor.finding import Evidence, Finding, confidence
from advisor.statistics.curve_shape import enough, level

TASK = "gan"


def check(generator_loss, discriminator_loss, *, sure=0.01, lost=7.0):
    g, d = enough(generator_loss), enough(discriminator_loss)
    of_d, of_g = level(d, 0.5, 1).value, level(g, 0.5, 1).value
    if d.values.min() < 0 or of_d > sure or of_g < max(lost, level(g, 0, 0.1).value):
        return
    first, last = int(d.steps[len(d) // 2]), int(d.steps[-1])
    yield Finding(
        f"The discriminator made next to no error from step {first} to step {last}: its loss was {of_d:.2g} in the median, and the "
        f"generator's {of_g:.3g}.",
        (
            Evidence("discriminator_loss", first, last, "median loss in the second half", of_d, sure),
            Evidence("generator_loss", first, last, "median loss in the second half", of_g, lost),
        ),
        confidence=confidence(sure, max(of_d, sure / 20)),
    )


BAD = {
    "at once": dict(generator_loss=(8 + 6 * T) * noise(0.1), discriminator_loss=0.5 * 1e-4 ** (T > 0.05) * noise(0.5)),
    "so far that nothing is left": dict(generator_loss=(9 + 6 * T) * noise(0.1), discriminator_loss=flat(2e-5) * noise(0.3)),
    "just so": dict(generator_loss=(8 + 2 * T) * noise(0.02), discriminator_loss=flat(0.006) * noise(0.1)),
    "by and by": dict(generator_loss=(1 + 12 * T) * noise(0.1), discriminator_loss=0.02 * 10 ** (-3 * T) * noise(0.3)),
}
GOOD = {
    "in balance": dict(generator_loss=flat(1.1) * noise(0.3), discriminator_loss=flat(1.0) * noise(0.3)),
    "sure, and the generator holds out": dict(generator_loss=flat(4.0) * noise(0.2), discriminator_loss=flat(0.005) * noise(0.3)),
    "somewhat ahead": dict(generator_loss=(5 + 6 * T) * noise(0.1), discriminator_loss=flat(0.05) * noise(0.3)),
    "a critic": dict(generator_loss=(8 + 6 * T) * noise(0.1), discriminator_loss=flat(-0.5) * noise(0.3)),
}
