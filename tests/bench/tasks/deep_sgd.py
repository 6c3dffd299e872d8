"""Handwritten digits, seven layers of tanh, plain SGD."""

import torch
from sklearn.datasets import load_digits
from torch import nn
from torch.utils.data import TensorDataset

batch_size = 32
lr = 0.1


def model():
    between = [layer for _ in range(6) for layer in (nn.Linear(48, 48), nn.Tanh())]
    return nn.Sequential(nn.Linear(64, 48), nn.Tanh(), *between, nn.Linear(48, 10))


def dataset():
    x, y = load_digits(return_X_y=True)
    return TensorDataset(torch.tensor((x - x.mean()) / x.std(), dtype=torch.float32), torch.tensor(y))


def optimizer(parameters, lr):
    return torch.optim.SGD(parameters, lr=lr)


loss = nn.functional.cross_entropy
