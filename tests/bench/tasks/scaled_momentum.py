"""Regression whose inputs differ in scale by three decades, SGD with momentum."""

import torch
from torch import nn
from torch.utils.data import TensorDataset

batch_size = 32
lr = 1e-3


def model():
    return nn.Sequential(nn.Linear(12, 32), nn.ReLU(), nn.Linear(32, 1))


def dataset():
    random = torch.Generator().manual_seed(1)
    x = torch.randn(1200, 12, generator=random)
    y = x @ torch.randn(12, 1, generator=random) / 3 + torch.sin(2 * x[:, :1]) + 0.3 * torch.randn(1200, 1, generator=random)
    return TensorDataset(x * torch.logspace(-2, 1, 12), y)


def optimizer(parameters, lr):
    return torch.optim.SGD(parameters, lr=lr, momentum=0.9)


loss = nn.functional.mse_loss
