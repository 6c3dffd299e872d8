"""Ratings of things by people, a product of embeddings with their biases, Adagrad."""

import torch
from torch import nn
from torch.utils.data import TensorDataset

batch_size = 64
lr = 1e-2
PEOPLE, THINGS, WIDTH = 150, 80, 8


class Ratings(nn.Module):
    """How well a person's taste goes with a thing."""

    def __init__(self):
        super().__init__()
        self.person, self.thing = nn.Embedding(PEOPLE, WIDTH + 1), nn.Embedding(THINGS, WIDTH + 1)
        self.mean = nn.Parameter(torch.zeros(1))

    def forward(self, pairs):
        person, thing = 0.3 * self.person(pairs[:, 0]), 0.3 * self.thing(pairs[:, 1])
        return self.mean + (person[:, :-1] * thing[:, :-1]).sum(1) + person[:, -1] + thing[:, -1]


def model():
    return Ratings()


def dataset():
    random = torch.Generator().manual_seed(53)
    taste, kind = torch.randn(PEOPLE, 3, generator=random), torch.randn(THINGS, 3, generator=random)
    pairs = torch.stack([torch.randint(PEOPLE, (6000,), generator=random), torch.randint(THINGS, (6000,), generator=random)], 1)
    rating = 3 + (taste[pairs[:, 0]] * kind[pairs[:, 1]]).sum(1) / 2 + 0.3 * torch.randn(6000, generator=random)
    return TensorDataset(pairs, rating)


def optimizer(parameters, lr):
    return torch.optim.Adagrad(parameters, lr=lr)


loss = nn.functional.mse_loss
