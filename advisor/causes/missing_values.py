"""Missing or impossible values were left in the data.

What it means
    Gaps in a table come as NaN, and a logarithm of 0 or a division by it as infinity. They pass through every layer.

How it is weighed
    For: NaN or infinity among the inputs or targets of a few minibatches.

What to change
    missing_values: drop, fill or mask them before they reach the model, and check every batch.

References
    The guide, Problem 4, solution 1: check data preprocessing.
"""

from advisor.evidence.sanity_facts import at_start, sanity_evidence
from advisor.finding import Change
from advisor.problems.invalid_data import data

EXPLAINS = ("invalid-data",)
PRIOR = 6.0


def weigh(sanity_check):
    worst = max(("nan_inputs", "nan_targets", "infinite_inputs", "infinite_targets"), key=lambda name: at_start(sanity_check, name, 0.0))
    if worst in sanity_check:
        share = at_start(sanity_check, worst)
        yield sanity_evidence(sanity_check, worst, "share of the values that are no finite number", share, 0.0, 8.0 if share else -14.0)


def changes(run, finding):
    yield Change("missing_values", to="none", why="one of them makes every weight NaN")


BAD = {"a missing value in the inputs": data(nan_inputs=0.001, loss=float("nan")), "missing targets, masked": data(nan_targets=0.2)}
GOOD = {"all are numbers": data()}
