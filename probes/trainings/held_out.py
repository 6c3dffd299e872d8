"""Which examples are held out of a training, and how many."""

import numpy as np

HELD_OUT = 0.2  # share of the training set to hold out where no validation set is given
MOST_HELD_OUT = 2000  # examples: an evaluation has to stay cheap
SPLIT_SEED = 0  # the same examples are held out whatever the probe's seed
BATCHES_HELD_OUT = 8  # at most: an evaluation is a forward and a backward pass of each


def held_out_of(examples: int, batch_size: int) -> tuple[list[int], list[int]]:
    """The indices to train on and those held out, which are the same for the same sizes.

    Held out are at least one example and at most a fifth of them, 2,000 or eight minibatches: whole minibatches where that holds one.
    """
    share = int(min(HELD_OUT * examples, MOST_HELD_OUT, BATCHES_HELD_OUT * batch_size))
    out = max(1, share // batch_size * batch_size or share)
    return split_after(examples, out)


def split_after(examples: int, out: int) -> tuple[list[int], list[int]]:
    """All indices but `out` of them, and those, drawn the same each time."""
    order = np.random.default_rng(SPLIT_SEED).permutation(examples)
    return order[out:].tolist(), order[:out].tolist()
