"""Regression on 442 patients, a wide perceptron that overfits, Adam."""

import torch
from sklearn.datasets import load_diabetes
from torch import nn
from torch.utils.data import TensorDataset

batch_size = 32
lr = 1e-3


def model():
    return nn.Sequential(nn.Linear(10, 96), nn.ReLU(), nn.Linear(96, 96), nn.ReLU(), nn.Linear(96, 1))


def dataset():
    x, y = load_diabetes(return_X_y=True, scaled=True)
    x, y = x / x.std(0), (y - y.mean()) / y.std()
    return TensorDataset(torch.tensor(x, dtype=torch.float32), torch.tensor(y, dtype=torch.float32).unsqueeze(1))


def optimizer(parameters, lr):
    return torch.optim.Adam(parameters, lr=lr)


loss = nn.functional.mse_loss
