"""Ten digits, a perceptron with one hidden layer, plain SGD."""

import torch
from sklearn.datasets import load_digits
from torch import nn
from torch.utils.data import TensorDataset

batch_size = 64
lr = 0.01


def model():
    return nn.Sequential(nn.Linear(64, 48), nn.Tanh(), nn.Linear(48, 10))


def dataset():
    data = load_digits()
    return TensorDataset(torch.tensor(data.data / 16, dtype=torch.float32), torch.tensor(data.target))


def optimizer(parameters, lr):
    return torch.optim.SGD(parameters, lr=lr)


loss = nn.functional.cross_entropy
