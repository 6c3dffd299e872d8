"""Whether diabetes of 442 patients progresses fast, a perceptron, SGD with momentum and weight decay."""

import numpy as np
import torch
from sklearn.datasets import load_diabetes
from torch import nn
from torch.utils.data import TensorDataset

batch_size = 16
lr = 1e-2


def model():
    return nn.Sequential(nn.Linear(10, 32), nn.ReLU(), nn.Linear(32, 32), nn.ReLU(), nn.Linear(32, 1))


def dataset():
    x, y = load_diabetes(return_X_y=True)
    fast = torch.tensor(y > np.median(y), dtype=torch.float32)
    return TensorDataset(torch.tensor(x / x.std(0), dtype=torch.float32), fast.unsqueeze(1))


def optimizer(parameters, lr):
    return torch.optim.SGD(parameters, lr=lr, momentum=0.9, weight_decay=1e-3)


loss = nn.functional.binary_cross_entropy_with_logits
