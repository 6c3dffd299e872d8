"""Digits drawn again from sixteen numbers with noise between, a variational autoencoder summed over its points, Adam."""

import torch
from sklearn.datasets import load_digits
from torch import nn
from torch.utils.data import TensorDataset

batch_size = 32
lr = 1e-3


class Strokes(nn.Module):
    """Means and spreads of a code, and the digit from a draw of it; the mean itself in evaluation."""

    def __init__(self):
        super().__init__()
        self.encode = nn.Sequential(nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 16))
        self.decode = nn.Sequential(nn.Linear(8, 64), nn.ReLU(), nn.Linear(64, 64))

    def forward(self, x):
        mean, spread = self.encode(x).chunk(2, 1)
        code = mean + torch.randn_like(mean) * (spread / 2).exp() if self.training else mean
        far = (mean**2 + spread.exp() - spread - 1).sum(1, keepdim=True) / 2
        return torch.cat([self.decode(code), far], 1)


def model():
    return Strokes()


def dataset():
    x, _ = load_digits(return_X_y=True)
    x = torch.tensor(x / 16, dtype=torch.float32)
    return TensorDataset(x, x)


def optimizer(parameters, lr):
    return torch.optim.Adam(parameters, lr=lr)


def loss(output, target):
    drawn = nn.functional.binary_cross_entropy_with_logits(output[:, :-1], target, reduction="none").sum(1)
    return (drawn + output[:, -1]).mean()
