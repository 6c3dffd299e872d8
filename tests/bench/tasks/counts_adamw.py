"""Counts, which are noisy, from ten numbers: a Poisson loss, AdamW."""

import torch
from torch import nn
from torch.utils.data import TensorDataset

batch_size = 64
lr = 1e-3


def model():
    return nn.Sequential(nn.Linear(10, 64), nn.GELU(), nn.LayerNorm(64), nn.Linear(64, 1))


def dataset():
    random = torch.Generator().manual_seed(6)
    x = torch.randn(2000, 10, generator=random)
    rate = (0.8 + torch.tanh(x[:, :1] * x[:, 1:2]) + x[:, 2:3] / 2).exp()
    return TensorDataset(x, torch.poisson(rate, generator=random))


def optimizer(parameters, lr):
    return torch.optim.AdamW(parameters, lr=lr, weight_decay=0.05)


loss = nn.functional.poisson_nll_loss
