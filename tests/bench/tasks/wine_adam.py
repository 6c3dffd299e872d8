"""Three kinds of wine, 178 bottles, Adam at a rate far too high."""

import torch
from sklearn.datasets import load_wine
from torch import nn
from torch.utils.data import TensorDataset

batch_size = 16
lr = 0.3


def model():
    return nn.Sequential(nn.Linear(13, 64), nn.ReLU(), nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 3))


def dataset():
    x, y = load_wine(return_X_y=True)
    return TensorDataset(torch.tensor((x - x.mean(0)) / x.std(0), dtype=torch.float32), torch.tensor(y))


def optimizer(parameters, lr):
    return torch.optim.Adam(parameters, lr=lr)


loss = nn.functional.cross_entropy
