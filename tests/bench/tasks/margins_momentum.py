"""Handwritten digits, a margin loss, layer normalization, SGD with Nesterov's momentum and weight decay."""

import torch
from sklearn.datasets import load_digits
from torch import nn
from torch.utils.data import TensorDataset

batch_size = 24
lr = 0.05


def model():
    return nn.Sequential(nn.Linear(64, 48), nn.LayerNorm(48), nn.GELU(), nn.Linear(48, 48), nn.LayerNorm(48), nn.GELU(), nn.Linear(48, 10))


def dataset():
    x, y = load_digits(return_X_y=True)
    return TensorDataset(torch.tensor(x / 16, dtype=torch.float32), torch.tensor(y))


def optimizer(parameters, lr):
    return torch.optim.SGD(parameters, lr=lr, momentum=0.9, nesterov=True, weight_decay=1e-3)


def loss(output, target):
    right = output.gather(1, target.unsqueeze(1))
    return torch.relu(1 - right + output).mean() - 0.1
