"""The next character from the eight before it, in text that ships with Python, SGD with momentum."""

import this

import torch
from torch import nn
from torch.utils.data import TensorDataset

batch_size = 32
lr = 1e-2
TEXT = "".join(this.d.get(c, c) for c in this.s)
LETTERS = sorted(set(TEXT))


def model():
    return nn.Sequential(nn.Embedding(len(LETTERS), 16), nn.Flatten(), nn.Linear(128, 64), nn.ReLU(), nn.Linear(64, len(LETTERS)))


def dataset():
    codes = torch.tensor([LETTERS.index(c) for c in TEXT])
    windows = codes.unfold(0, 9, 1)
    return TensorDataset(windows[:, :8], windows[:, 8])


def optimizer(parameters, lr):
    return torch.optim.SGD(parameters, lr=lr, momentum=0.9)


loss = nn.functional.cross_entropy
