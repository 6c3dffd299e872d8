"""Breast cancer in four residual blocks with layer normalization, plain SGD."""

import torch
from sklearn.datasets import load_breast_cancer
from torch import nn
from torch.utils.data import TensorDataset

KEPT_ASIDE = True
batch_size = 16
lr = 0.01


class Block(nn.Module):
    """A perceptron around which the signal passes."""

    def __init__(self, width=24):
        super().__init__()
        self.inner = nn.Sequential(nn.LayerNorm(width), nn.Linear(width, 48), nn.ReLU(), nn.Linear(48, width))

    def forward(self, x):
        return x + self.inner(x)


def model():
    return nn.Sequential(nn.Linear(30, 24), Block(), Block(), Block(), Block(), nn.LayerNorm(24), nn.Linear(24, 2))


def dataset():
    x, y = load_breast_cancer(return_X_y=True)
    return TensorDataset(torch.tensor((x - x.mean(0)) / x.std(0), dtype=torch.float32), torch.tensor(y))


def optimizer(parameters, lr):
    return torch.optim.SGD(parameters, lr=lr)


loss = nn.functional.cross_entropy
