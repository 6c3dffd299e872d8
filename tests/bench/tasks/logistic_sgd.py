"""Breast cancer, logistic regression, plain SGD at a rate far too low."""

import torch
from sklearn.datasets import load_breast_cancer
from torch import nn
from torch.utils.data import TensorDataset

batch_size = 8
lr = 1e-4


def model():
    return nn.Linear(30, 2)


def dataset():
    x, y = load_breast_cancer(return_X_y=True)
    return TensorDataset(torch.tensor((x - x.mean(0)) / x.std(0), dtype=torch.float32), torch.tensor(y))


def optimizer(parameters, lr):
    return torch.optim.SGD(parameters, lr=lr)


loss = nn.functional.cross_entropy
