"""The labels do not belong to the inputs.

What it means
    Shuffled, shifted or mis-encoded labels leave nothing to learn but how often each occurs.

How it is weighed
    Logs alone cannot tell it from other stuck losses; it is named because it is quickly checked. For: a minibatch that cannot be learned by
    heart; the very same input has several targets. Against: no input comes with two targets.

What to change
    labels: look at twenty examples with their labels, and try to overfit one batch.

References
    The guide, Problem 4, solution 1: verify label format.
    Karpathy, A Recipe for Training Neural Networks (2019).
"""

from advisor.curves import fall, noise
from advisor.finding import Change
from advisor.looks import first, seen
from advisor.problems.cannot_overfit_one_batch import tried

EXPLAINS = ("loss-plateau", "loss-not-decreasing", "cannot-overfit-one-batch")
PRIOR = {"loss-plateau": -8.0, "loss-not-decreasing": -8.0, "cannot-overfit-one-batch": -4.0}
MANY = 0.2


def weigh(finding, sanity_check=None):
    share = first(sanity_check or {}, "contradicting_targets")
    if finding.problem == "cannot-overfit-one-batch" and share >= 0:
        fact = "share of the examples whose very input has another target too"
        yield seen(sanity_check, "contradicting_targets", fact, share, MANY, 16.0 if share > MANY else -4.0)


def changes(run, finding):
    if finding.problem == "cannot-overfit-one-batch":
        yield Change("labels", to="checked", why="one input with several targets cannot be learned: look at twenty of them")


BAD = {"one input, many targets": tried(0.0, -0.1, 0.01, contradicting_targets=1.0)}
GOOD = {
    "stuck at once": dict(train_loss=fall(start=3.5, end=2.3, rate=300) * noise(0.01)),
    "a layer is detached": tried(0.0, 0.01, contradicting_targets=0.0, **{"gradient/cut_off": 0.9}),
}
