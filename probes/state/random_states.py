"""The state of every global random generator, noted, put back and seeded."""

import random

import numpy as np


class RandomStates:
    """The state of every global random generator: Python's, numpy's and torch's on each device."""

    def __init__(self):
        import torch

        self.python, self.numpy, self.torch = random.getstate(), np.random.get_state(), torch.get_rng_state()
        self.cuda = torch.cuda.get_rng_state_all() if torch.cuda.is_available() else []

    def put_back(self) -> None:
        """Set every generator to the state that was noted; this may be done again."""
        import torch

        random.setstate(self.python)
        np.random.set_state(self.numpy)
        torch.set_rng_state(self.torch)
        if self.cuda:
            torch.cuda.set_rng_state_all(self.cuda)


def seed_everything(seed: int) -> None:
    """Seed Python's, numpy's and torch's global generators, torch's on every device; numpy takes the seed modulo 2³²."""
    import torch

    random.seed(seed)
    np.random.seed(seed % 2**32)
    torch.manual_seed(seed)
