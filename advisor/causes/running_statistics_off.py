"""BatchNorm's running statistics are not those of the data.

What it means
    In evaluation mode BatchNorm uses what it remembers. With a momentum near 0 it still remembers the zeros and ones it began with (in
    PyTorch the momentum is the share of the new, 0.1; in Keras that of the old); with minibatches of a few examples, or of another
    source than those evaluated, it remembers what is true of nothing.

How it is weighed
    For: the model has BatchNorm and evaluation mode alone is worse; a momentum far below the usual 0.01 to 0.1. Against: no BatchNorm.

What to change
    batchnorm_momentum, to 0.1; GroupNorm or LayerNorm where minibatches are small.

References
    PyTorch, BatchNorm1d: momentum. https://docs.pytorch.org/docs/stable/generated/torch.nn.BatchNorm1d.html
"""

from advisor.evidence.sanity_facts import at_end, sanity_evidence
from advisor.finding import Change
from advisor.problems.train_eval_mismatch import modes

EXPLAINS = ("train-eval-mismatch",)
PRIOR = 0.0
USUAL = 0.01


def weigh(sanity_check):
    momentum = at_end(sanity_check, "batchnorm_momentum")
    if momentum >= 0:
        weight = (12.0 if momentum < USUAL else 5.0) - 10.0 * (at_end(sanity_check, "evaluation_noise", 0.0) > 0.01)
        yield sanity_evidence(sanity_check, "batchnorm_momentum", "momentum of BatchNorm", momentum, USUAL, weight)
    elif "eval_loss" in sanity_check:
        yield sanity_evidence(sanity_check, "eval_loss", "no BatchNorm to remember: layers", 0.0, weight=-14.0)


def changes(run, finding):
    yield Change("batchnorm_momentum", to=0.1, interval=(0.01, 0.3), why="the share of each minibatch in what evaluation mode uses")
    yield Change("normalization", to="GroupNorm", why="is the same in both modes, whatever the minibatches")


BAD = {
    "a momentum of 0.00001": modes(after=0.4, evaluated=9.0, batchnorm_momentum=1e-5),
    "the usual momentum, odd minibatches": modes(evaluated=2.2, batchnorm_momentum=0.1),
}
GOOD = {"no BatchNorm": modes(evaluated=2.2, noise=0.2), "dropout in evaluation": modes(noise=0.3, batchnorm_momentum=0.1)}
