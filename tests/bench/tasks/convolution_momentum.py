"""Ten digits, two convolutions with dropout, SGD with momentum."""

import torch
from sklearn.datasets import load_digits
from torch import nn
from torch.utils.data import TensorDataset

batch_size = 32
lr = 0.01


def model():
    convolutions = nn.Conv2d(1, 8, 3, 2, 1), nn.ReLU(), nn.Conv2d(8, 16, 3, 2, 1), nn.ReLU()
    return nn.Sequential(*convolutions, nn.Flatten(), nn.Dropout(0.2), nn.Linear(64, 10))


def dataset():
    data = load_digits()
    return TensorDataset(torch.tensor(data.images[:, None] / 16, dtype=torch.float32), torch.tensor(data.target))


def optimizer(parameters, lr):
    return torch.optim.SGD(parameters, lr=lr, momentum=0.9, nesterov=True)


loss = nn.functional.cross_entropy
