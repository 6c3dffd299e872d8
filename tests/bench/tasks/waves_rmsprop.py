"""A wavy function of two numbers, a tanh network, RMSprop."""

import torch
from torch import nn
from torch.utils.data import TensorDataset

batch_size = 32
lr = 0.01


def model():
    return nn.Sequential(nn.Linear(2, 48), nn.Tanh(), nn.Linear(48, 48), nn.Tanh(), nn.Linear(48, 1))


def dataset():
    random = torch.Generator().manual_seed(3)
    x = 2 * torch.rand(1500, 2, generator=random) - 1
    y = torch.sin(4 * x[:, :1]) + x[:, 1:] ** 2 + 0.1 * torch.randn(1500, 1, generator=random)
    return TensorDataset(x, y)


def optimizer(parameters, lr):
    return torch.optim.RMSprop(parameters, lr=lr)


loss = nn.functional.mse_loss
