"""The spread of a set of points in whatever order, means over a set, few of them, AdamW."""

import torch
from torch import nn
from torch.utils.data import TensorDataset

batch_size = 16
lr = 1e-2


class Sets(nn.Module):
    """What is said of each point, its mean over the set, and what follows of that."""

    def __init__(self):
        super().__init__()
        self.each, self.norm = nn.Sequential(nn.Linear(2, 32), nn.GELU(), nn.Linear(32, 32)), nn.LayerNorm(32)
        self.of_all = nn.Sequential(nn.Linear(32, 32), nn.GELU(), nn.Linear(32, 1))

    def forward(self, points):
        return self.of_all(self.norm(self.each(points).mean(1)))


def model():
    return Sets()


def dataset():
    random = torch.Generator().manual_seed(56)
    spread = 0.2 + 2 * torch.rand(450, 1, 1, generator=random)
    points = torch.randn(450, 12, 2, generator=random) * spread + torch.randn(450, 1, 2, generator=random)
    return TensorDataset(points, spread[:, 0].log())


def optimizer(parameters, lr):
    return torch.optim.AdamW(parameters, lr=lr, weight_decay=0.01)


loss = nn.functional.mse_loss
