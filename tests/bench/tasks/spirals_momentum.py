"""Two spirals, a deep narrow network, SGD with momentum."""

import torch
from torch import nn
from torch.utils.data import TensorDataset

batch_size = 32
lr = 0.01


def model():
    hidden = [layer for _ in range(3) for layer in (nn.Linear(24, 24), nn.ReLU())]
    return nn.Sequential(nn.Linear(2, 24), nn.ReLU(), *hidden, nn.Linear(24, 2))


def dataset():
    random = torch.Generator().manual_seed(5)
    turn, arm = 6 * torch.rand(1600, generator=random).sqrt(), torch.randint(2, (1600,), generator=random)
    x = torch.stack([turn * torch.cos(turn + torch.pi * arm), turn * torch.sin(turn + torch.pi * arm)], 1) / 3
    return TensorDataset(x + 0.1 * torch.randn(1600, 2, generator=random), arm)


def optimizer(parameters, lr):
    return torch.optim.SGD(parameters, lr=lr, momentum=0.9)


loss = nn.functional.cross_entropy
