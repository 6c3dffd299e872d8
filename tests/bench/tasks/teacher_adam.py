"""What another network answers, of which examples are plenty, Adam at few epochs."""

import torch
from torch import nn
from torch.utils.data import TensorDataset

KEPT_ASIDE = True
batch_size = 32
lr = 1e-3


def model():
    return nn.Sequential(nn.Linear(16, 64), nn.Tanh(), nn.Linear(64, 64), nn.Tanh(), nn.Linear(64, 4))


def dataset():
    random = torch.Generator().manual_seed(36)
    x = torch.randn(24_000, 16, generator=random)
    first, second = torch.randn(16, 24, generator=random) / 4, torch.randn(24, 4, generator=random) / 24**0.5
    return TensorDataset(x, torch.tanh(2 * x @ first) @ second + 0.1 * torch.randn(24_000, 4, generator=random))


def optimizer(parameters, lr):
    return torch.optim.Adam(parameters, lr=lr)


loss = nn.functional.mse_loss
