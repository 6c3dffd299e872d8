"""Regression with noise of heavy tails, Huber's loss, SGD with momentum."""

import torch
from torch import nn
from torch.utils.data import TensorDataset

KEPT_ASIDE = True
batch_size = 20
lr = 1e-3


def model():
    return nn.Sequential(nn.Linear(6, 40), nn.SiLU(), nn.Linear(40, 40), nn.SiLU(), nn.Linear(40, 1))


def dataset():
    random = torch.Generator().manual_seed(32)
    x = torch.randn(1600, 6, generator=random)
    normal, squares = torch.randn(1600, generator=random), torch.randn(1600, 3, generator=random).square().mean(1)
    y = x[:, 0] * x[:, 1] + torch.sin(2 * x[:, 2]) + 0.5 * x[:, 3] + 0.3 * normal / squares.sqrt()
    return TensorDataset(x, y.unsqueeze(1))


def optimizer(parameters, lr):
    return torch.optim.SGD(parameters, lr=lr, momentum=0.9)


loss = nn.functional.huber_loss
