"""Three quantiles of a noisy function of five numbers, RMSprop."""

import torch
from sklearn.datasets import make_friedman1
from torch import nn
from torch.utils.data import TensorDataset

batch_size = 32
lr = 1e-3
QUANTILES = torch.tensor([0.1, 0.5, 0.9])


def model():
    return nn.Sequential(nn.Linear(5, 64), nn.ReLU(), nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 3))


def dataset():
    x, y = make_friedman1(2000, n_features=5, noise=3.0, random_state=23)
    y = (y - y.mean()) / y.std()
    return TensorDataset(torch.tensor(x, dtype=torch.float32), torch.tensor(y, dtype=torch.float32).unsqueeze(1))


def optimizer(parameters, lr):
    return torch.optim.RMSprop(parameters, lr=lr)


def loss(output, target):
    missed = target - output
    return torch.maximum(QUANTILES * missed, (QUANTILES - 1) * missed).mean()
