"""Tumours from thirty measurements whose scales differ by five decades, in hundreds of the units of the table, SGD with momentum."""

import torch
from sklearn.datasets import load_breast_cancer
from torch import nn
from torch.utils.data import TensorDataset

batch_size = 16
lr = 1e-4


def model():
    return nn.Sequential(nn.Linear(30, 16), nn.ReLU(), nn.Linear(16, 2))


def dataset():
    x, y = load_breast_cancer(return_X_y=True)
    return TensorDataset(torch.tensor(x / 100, dtype=torch.float32), torch.tensor(y))


def optimizer(parameters, lr):
    return torch.optim.SGD(parameters, lr=lr, momentum=0.9)


loss = nn.functional.cross_entropy
