"""Regression on ten numbers of which five matter, with noise, plain SGD."""

import torch
from sklearn.datasets import make_friedman1
from torch import nn
from torch.utils.data import TensorDataset

batch_size = 16
lr = 0.01


def model():
    return nn.Sequential(nn.Linear(10, 64), nn.Tanh(), nn.Linear(64, 64), nn.Tanh(), nn.Linear(64, 1))


def dataset():
    x, y = make_friedman1(1200, noise=2.0, random_state=13)
    x, y = torch.tensor(x, dtype=torch.float32), torch.tensor((y - y.mean()) / y.std(), dtype=torch.float32)
    return TensorDataset(x, y.unsqueeze(1))


def optimizer(parameters, lr):
    return torch.optim.SGD(parameters, lr=lr)


loss = nn.functional.mse_loss
