"""Two moons of cells."""

import torch
from sklearn.datasets import make_moons


def load(n, seed):
    x, y = make_moons(n, noise=0.2, random_state=seed)
    return torch.tensor(x, dtype=torch.float32), torch.tensor(y, dtype=torch.float32)
