"""Handwritten digits by a small network: what `advisor probe sample_runs/model.py` reads."""

import torch
from sklearn.datasets import load_digits
from torch import nn
from torch.utils.data import TensorDataset

batch_size = 64
lr = 1e-3


def model():
    return nn.Sequential(nn.Linear(64, 128), nn.ReLU(), nn.Linear(128, 128), nn.ReLU(), nn.Linear(128, 10))


def dataset():
    images, labels = load_digits(return_X_y=True)
    return TensorDataset(torch.tensor(images / 16, dtype=torch.float32), torch.tensor(labels))


def loss(output, target):
    return nn.functional.cross_entropy(output, target)


def optimizer(parameters, lr):
    return torch.optim.AdamW(parameters, lr=lr)
