"""Output and target differ in shape, and are broadcast.

What it means
    (examples, 1) against (examples,) becomes (examples, examples): every output is compared with every target, and the best answer is
    their mean.

How it is weighed
    For: the loss is another one when the output is given the target's shape. Against: it is not.

What to change
    output_shape: reshape the output to the target's.

References
    PyTorch, mse_loss: "Using a target size that is different to the input size. This will likely lead to incorrect results."
"""

from advisor.evidence.sanity_facts import by_layer, sanity_evidence
from advisor.finding import Change
from advisor.problems.cannot_overfit_one_batch import tried
from advisor.problems.mismatched_output import fits

EXPLAINS = ("mismatched-output", "cannot-overfit-one-batch")
PRIOR = {"mismatched-output": 0.0, "cannot-overfit-one-batch": -8.0}


def weigh(sanity_check):
    found = by_layer(sanity_check, "misfit").get("broadcast")
    if found is not None:
        fact = "share of the minibatches whose output is broadcast"
        yield sanity_evidence(sanity_check, "misfit/broadcast", fact, found, 0.0, 16.0 if found else -12.0)


def changes(run, finding):
    yield Change("output_shape", to="the target's", why="then each output is compared with its own target")


BAD = {
    "broadcast": fits(broadcast=1.0),
    "and so no minibatch is learned": dict(sanity_check=tried(0.0, 0.05)["sanity_check"] | fits(broadcast=1.0)["sanity_check"]),
}
GOOD = {"a softmax too many": fits(softmax_twice=1.0)}
