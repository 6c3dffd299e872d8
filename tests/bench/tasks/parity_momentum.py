"""Whether three of ten bits are odd in number, a perceptron, SGD with momentum: long flat, then learned at once."""

import torch
from torch import nn
from torch.utils.data import TensorDataset

batch_size = 32
lr = 0.01


def model():
    return nn.Sequential(nn.Linear(10, 64), nn.ReLU(), nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 2))


def dataset():
    bits = torch.randint(2, (2500, 10), generator=torch.Generator().manual_seed(21))
    return TensorDataset(2.0 * bits - 1, bits[:, :3].sum(1) % 2)


def optimizer(parameters, lr):
    return torch.optim.SGD(parameters, lr=lr, momentum=0.9)


loss = nn.functional.cross_entropy
