"""Training and evaluation mode give different answers to the same data.

What it means
    What was learned in training mode does not hold in evaluation mode, where it is to be used: BatchNorm's running statistics are not
    those of the data, or something that only training should do goes on.

How it is detected
    After a few steps both modes are asked for the loss of the same minibatches. Evaluation may be worse by `lost` of what the steps
    gained, which must be `gained` of the start or more; running statistics that had no time to catch up are not judged. Two answers in
    evaluation mode that differ by `noise` of the output's spread are noted.

References
    Ioffe and Szegedy, Batch Normalization (2015). arXiv:1502.03167
    Ben Braiek and Khomh, Testing Feedforward Neural Networks Training Programs (2022). arXiv:2204.00694
"""

import numpy as np

from advisor.evidence.sanity_facts import at_end, at_start, sanity_evidence
from advisor.finding import Finding
from advisor.statistics.curve_shape import CannotTell

CAUGHT_UP = 3.0  # steps in units of the memory 1/momentum: what is left of the beginning is a twentieth
SLOWEST = 1e-3  # momentum: below it no usual training is long enough


def check(sanity_check, *, lost=0.5, gained=0.1, noise=0.01):
    if "eval_loss" not in sanity_check:
        raise CannotTell("evaluation mode was not looked at")
    if (apart := at_end(sanity_check, "evaluation_noise", 0.0)) > noise:
        fact = sanity_evidence(sanity_check, "evaluation_noise", "difference of two evaluations over the output's spread", apart, noise)
        yield Finding(f"Two evaluations of the same minibatch differed by {apart:.2g} of the output's spread.", (fact,), level="note")
    steps, momentum = at_end(sanity_check, "trained", 0.0), at_end(sanity_check, "batchnorm_momentum", 1.0)
    before, after, evaluated = at_start(sanity_check, "loss"), at_end(sanity_check, "loss"), at_end(sanity_check, "eval_loss")
    gain, gap = before - after, evaluated - after
    if not gain > gained * abs(before) or not gap > lost * gain:
        return
    if momentum * steps < CAUGHT_UP and momentum >= SLOWEST:
        raise CannotTell(f"in {steps:.0f} steps the running statistics, of momentum {momentum:g}, could not catch up")
    yield Finding(
        f"After {steps:.0f} steps the loss of the same data was {after:.3g} in training mode and {evaluated:.3g} in evaluation mode.",
        (sanity_evidence(sanity_check, "eval_loss", "share of the gain that evaluation mode loses", gap / gain, lost),),
        confidence=0.9,
    )


def modes(before=2.3, after=1.0, evaluated=1.0, noise=0.0, **more):
    """Two looks, the second after 40 steps."""
    facts = {"loss": [before, after], "eval_loss": [before, evaluated], "evaluation_noise": [noise] * 2, "trained": [40]}
    return dict(sanity_check={n: np.array(v, float) for n, v in facts.items()} | {n: np.full(2, float(v)) for n, v in more.items()})


BAD = {
    "statistics of nothing": modes(after=0.4, evaluated=9.0, batchnorm_momentum=1e-5),
    "all that was gained is lost": modes(evaluated=2.2, batchnorm_momentum=0.1),
    "most of it": modes(evaluated=1.8),
    "gained little, lost it": modes(after=2.0, evaluated=2.3),
    "dropout in evaluation": modes(noise=0.3),
}
GOOD = {
    "the same": modes(batchnorm_momentum=0.1),
    "dropout in training only": modes(after=1.2, evaluated=0.7),
    "statistics lag a little": modes(after=0.8, evaluated=1.2, batchnorm_momentum=0.1),
    "statistics had no time": modes(after=0.4, evaluated=3.0, batchnorm_momentum=0.01),
    "nothing was learned yet": modes(after=2.25, evaluated=2.6),
    "kernels that add in any order": modes(noise=5e-4),
}
