"""Which of five chirps is in a noisy signal, a convolution over time, Adam."""

import torch
from torch import nn
from torch.utils.data import TensorDataset

batch_size = 32
lr = 1e-3


def model():
    body = [nn.Conv1d(1, 12, 7, stride=2), nn.ReLU(), nn.Conv1d(12, 24, 5, stride=2), nn.ReLU(), nn.AdaptiveAvgPool1d(1)]
    return nn.Sequential(*body, nn.Flatten(), nn.Linear(24, 5))


def dataset():
    random = torch.Generator().manual_seed(52)
    kinds, time = torch.randint(5, (2000,), generator=random), torch.linspace(0, 1, 64)
    shift, loud = torch.rand(2, 2000, 1, generator=random)
    tone = torch.sin(6.3 * (shift + (3 + kinds[:, None]) * time + kinds[:, None] * time**2))
    noise = torch.randn(2000, 64, generator=random)
    return TensorDataset(((0.3 + loud) * tone + 0.7 * noise).unsqueeze(1), kinds)


def optimizer(parameters, lr):
    return torch.optim.Adam(parameters, lr=lr)


loss = nn.functional.cross_entropy
