"""The loss before any step is not what a model that knows nothing has.

What it means
    A new classifier should give every class the same share, a loss of ln C; a new regression should do about as well as the mean of the
    targets. One far above is confident and wrong: the first steps are spent on unlearning that. One far below knows already: it was
    trained before, or the answer is among the inputs.

How it is detected
    The loss itself is asked what it says of an answer that knows nothing, so its reduction, weights and label smoothing are in the
    number. The loss of a classifier may lie `above` times higher, that of a regression `above_mean` times higher than that of the mean.
    A classifier's `below` that share is noted.

References
    Karpathy, A Recipe for Training Neural Networks (2019): verify loss @ init.
    Ben Braiek and Khomh, Testing Feedforward Neural Networks Training Programs (2022). arXiv:2204.00694
"""

import numpy as np

from advisor.evidence.sanity_facts import at_start, sanity_evidence
from advisor.finding import Finding
from advisor.statistics.curve_shape import CannotTell


def check(sanity_check, *, above=2.0, above_mean=30.0, below=0.5):
    loss, expected = at_start(sanity_check, "loss"), at_start(sanity_check, "ignorant_loss")
    if np.isnan(loss):
        raise CannotTell("the loss before the first step was not a number, or was not measured")
    if not expected > 0:
        raise CannotTell("what the loss of a model that knows nothing would be could not be told from output and targets")
    classes = at_start(sanity_check, "classes")
    limit = above_mean if np.isnan(classes) else above
    of = "the mean of the targets" if np.isnan(classes) else f"the same answer for all {classes:.0f} classes"
    ratio = loss / expected
    what = f"starting loss over that of {'the mean' if np.isnan(classes) else 'knowing nothing'}"
    fact = sanity_evidence(sanity_check, "loss", what, ratio, limit)
    if ratio > limit:
        yield Finding(f"The loss began at {loss:.3g}, {ratio:.3g} times the {expected:.3g} of {of}.", (fact,), confidence=0.9)
    elif ratio < below and classes > 0:
        yield Finding(
            f"The loss began at {loss:.3g}, below the {expected:.3g} of {of}: the model was trained before, or the inputs hold the answer.",
            (sanity_evidence(sanity_check, "loss", "starting loss over that of knowing nothing", ratio, below),),
            level="note",
        )


def look(loss, expected, classes=None, **more):
    """The first look at a training, as the probe logs it."""
    facts = {"loss": loss, "ignorant_loss": expected, **({"classes": classes} if classes else {}), **more}
    return dict(sanity_check={name: np.array([float(value)]) for name, value in facts.items()})


BAD = {
    "logits of size 30": look(26.0, 2.303, 10),
    "twice and a little": look(4.7, 2.303, 10),
    "raw targets around 2000": look(4e6, 100.0),
    "a regression 40 times the mean's": look(40.0, 1.0),
    "trained before": look(0.1, 2.303, 10),
    "nearly half": look(1.1, 2.303, 10),
}
GOOD = {
    "ln 10": look(2.33, 2.303, 10),
    "a little high": look(3.9, 2.303, 10),
    "ln 45": look(3.80, 3.807, 45),
    "standardized regression": look(1.02, 0.98),
    "raw targets around 150": look(28_000.0, 5_900.0),
    "a loss that is not known": dict(sanity_check={"loss": np.array([812.0])}),
    "a regression that knows": look(0.1, 1.0),
    "a loss below 0": look(-1.0, -1.0),
}
