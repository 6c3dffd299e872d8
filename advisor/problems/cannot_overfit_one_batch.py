"""The model cannot even learn one minibatch by heart.

What it means
    Any model with more parameters than answers can fit eight examples it sees again and again. One that cannot does not see them, is not
    moved by them, or is told two different things of one input: a bug, which no tuning mends.

How it is detected
    Short trainings on one minibatch, at today's rate, the usual ones and a few around. Learned is how far the best of them brought the
    loss from that of the best constant answer (0) to that of a perfect one (1): less than `learned` is a bug; of a loss whose perfect
    answer is not known, less than a quarter of that as a share of its start. They must have taken `steps` at two rates or more, and the
    model must have `capacity` times as many parameters as there are answers.

References
    Karpathy, A Recipe for Training Neural Networks (2019): overfit one batch.
    The guide, Problem 4: model not learning.
"""

import numpy as np

from advisor.evidence.sanity_facts import at_start, sanity_evidence
from advisor.finding import Finding
from advisor.statistics.curve_shape import CannotTell


def check(sanity_check, *, learned=0.2, steps=40, capacity=3):
    if "one_batch/learned" not in sanity_check:
        raise CannotTell("no minibatch was trained on alone")
    shares, taken = sanity_check["one_batch/learned"].values, sanity_check["one_batch/steps"].values
    known = "one_batch/constant_loss" in sanity_check
    limit, best = (learned if known else learned / 4), int(np.nanargmax(shares))
    answers, parameters = at_start(sanity_check, "one_batch/answers", 0.0), at_start(sanity_check, "one_batch/trainable", np.inf)
    if parameters < capacity * answers:
        raise CannotTell(f"{parameters:.0f} parameters are too few to learn {answers:.0f} answers by heart")
    if shares[best] >= limit:
        return
    if (taken >= steps).sum() < 2:
        raise CannotTell(f"there was time for {taken.sum():.0f} steps on one minibatch only")
    lowest, than = sanity_check["one_batch/lowest_loss"].values[best], "hardly below its start"
    if known:
        than = f"where the best constant answer has {sanity_check['one_batch/constant_loss'].values[best]:.3g}"
    yield Finding(
        f"On one minibatch the loss fell no lower than {lowest:.3g} in {taken.sum():.0f} steps at {len(taken)} learning rates, {than}.",
        (sanity_evidence(sanity_check, "one_batch/learned", "of what there is to learn in one minibatch", float(shares[best]), limit),),
        level="error",
        confidence=0.95,
    )


def tried(*shares, steps=80, lowest=2.0, constant=2.08, answers=8, trainable=1000, **more):
    """Trainings on one minibatch at as many rates, and other facts of the first look."""
    n = len(shares)
    facts = {"learned": np.array(shares), "steps": np.full(n, float(steps)), "lowest_loss": np.full(n, lowest)}
    facts |= {"answers": np.full(n, float(answers)), "trainable": np.full(n, float(trainable))}
    facts |= {"constant_loss": np.full(n, constant)} if constant is not None else {}
    named = {f"one_batch/{name}": value for name, value in facts.items()}
    return dict(sanity_check=named | {name: np.array([float(value)]) for name, value in more.items()})


BAD = {
    "no better than a constant": tried(0.0, -0.1, 0.01, 0.0, -2.0),
    "a little better": tried(0.05, 0.15, 0.1, 0.0, -2.0),
    "a loss that is not known": tried(0.0, 0.001, 0.01, constant=None),
}
GOOD = {
    "at today's rate": tried(0.5, steps=31, lowest=1.0),
    "at the third": tried(0.01, 0.1, 0.53),
    "with pains": tried(0.3, 0.1, 0.0),
    "a loss that is not known, but fell": tried(0.1, 0.02, constant=None),
    "a step takes too long": tried(0.0, 0.05, steps=10),
    "ten parameters": tried(0.01, 0.05, 0.02, answers=8, trainable=11),
}
