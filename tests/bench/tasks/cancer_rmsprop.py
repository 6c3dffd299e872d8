"""Breast cancer, a small perceptron, RMSprop."""

import torch
from sklearn.datasets import load_breast_cancer
from torch import nn
from torch.utils.data import TensorDataset

batch_size = 16
lr = 1e-3


def model():
    return nn.Sequential(nn.Linear(30, 32), nn.Tanh(), nn.Linear(32, 2))


def dataset():
    x, y = load_breast_cancer(return_X_y=True)
    return TensorDataset(torch.tensor((x - x.mean(0)) / x.std(0), dtype=torch.float32), torch.tensor(y))


def optimizer(parameters, lr):
    return torch.optim.RMSprop(parameters, lr=lr)


loss = nn.functional.cross_entropy
