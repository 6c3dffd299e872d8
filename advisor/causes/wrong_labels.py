"""The labels do not belong to the inputs.

What it means
    Shuffled, shifted or mis-encoded labels leave nothing to learn but how often each occurs.

How it is weighed
    Logs alone cannot tell it from other stuck losses; it is named because it is quickly checked.

What to change
    Nothing in the hyperparameters: look at twenty examples with their labels, and try to overfit one batch.

References
    The guide, Problem 4, solution 1: verify label format.
    Karpathy, A Recipe for Training Neural Networks (2019).
"""

from advisor.curves import fall, noise

EXPLAINS = ("loss-plateau", "loss-not-decreasing")
PRIOR = -8.0


def weigh(hparams=None):
    return ()


def changes(run, finding):
    return ()


BAD: dict[str, dict] = {}
GOOD = {"stuck at once": dict(train_loss=fall(start=3.5, end=2.3, rate=300) * noise(0.01))}
