"""Digits through a bottleneck of eight numbers, Adam."""

import torch
from sklearn.datasets import load_digits
from torch import nn
from torch.utils.data import TensorDataset

batch_size = 64
lr = 1e-3


def model():
    return nn.Sequential(nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 8), nn.Linear(8, 64), nn.ReLU(), nn.Linear(64, 64), nn.Sigmoid())


def dataset():
    images = torch.tensor(load_digits().data / 16, dtype=torch.float32)
    return TensorDataset(images, images)


def optimizer(parameters, lr):
    return torch.optim.Adam(parameters, lr=lr)


loss = nn.functional.mse_loss
