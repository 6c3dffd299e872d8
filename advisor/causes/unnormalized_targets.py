"""A regression's targets are far from zero mean and unit variance.

What it means
    A new model answers near 0. Where the targets lie around 2000, thousands of steps go into moving the answer there, and the loss and
    its gradients are millions until then.

How it is weighed
    For: the loss of a regression begins far above that of the mean of the targets. Against: a classifier.

What to change
    target_scale: subtract the training set's mean and divide by its standard deviation, or set the last bias to the mean.

References
    Karpathy, A Recipe for Training Neural Networks (2019): init well.
"""

from advisor.evidence.sanity_facts import at_start, sanity_evidence
from advisor.finding import Change
from advisor.problems.cannot_overfit_one_batch import tried
from advisor.problems.wrong_initial_loss import look

EXPLAINS = ("wrong-initial-loss", "cannot-overfit-one-batch")
PRIOR = {"wrong-initial-loss": 0.0, "cannot-overfit-one-batch": -6.0}
FAR = 10.0


def weigh(sanity_check):
    if "classes" in sanity_check:
        yield sanity_evidence(sanity_check, "classes", "a classifier, of so many classes", at_start(sanity_check, "classes"), weight=-20.0)
    elif (expected := at_start(sanity_check, "ignorant_loss")) > 0:
        ratio = at_start(sanity_check, "loss") / expected
        fact = "starting loss over that of the mean of the targets"
        yield sanity_evidence(sanity_check, "loss", fact, ratio, FAR, 8.0 if ratio > FAR else -10.0)
    if at_start(sanity_check, "largest_feature", 0.0) > 50:
        what = "the inputs are large too: size"
        yield sanity_evidence(sanity_check, "largest_feature", what, at_start(sanity_check, "largest_feature"), 50.0, -8.0)


def changes(run, finding):
    yield Change("target_scale", to="standardize", why="zero mean and unit variance: a new model's answers lie there")


BAD = {
    "raw targets around 2000": look(4e6, 100.0),
    "so far away that no rate brings one minibatch there": tried(0.18, 0.01, 0.0, loss=1e12, ignorant_loss=4e10),
}
GOOD = {"logits of size 30": look(26.0, 2.303, 10), "raw inputs": look(4e6, 1.0, largest_feature=900.0)}
