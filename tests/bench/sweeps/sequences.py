"""Tasks on sequences: text that ships with Python, digits to be reversed, and waves."""

import argparse
import inspect

import torch
from torch import nn
from torch.nn import functional

from tests.bench.sweeps.training import Task

LONG = 24  # characters in view


def text():
    """Windows of characters of Python's own source, shape (n, LONG + 1), and how many different ones there are."""
    letters = inspect.getsource(argparse)[:30000]
    known = sorted(set(letters))
    return torch.tensor([known.index(c) for c in letters]).unfold(0, LONG + 1, LONG), len(known)


class Transformer(nn.Module):
    def __init__(self, letters: int):
        super().__init__()
        self.embed, self.place = nn.Embedding(letters, 32), nn.Parameter(0.02 * torch.randn(LONG, 32))
        self.block = nn.TransformerEncoderLayer(32, 2, 64, 0.0, batch_first=True, norm_first=True)
        self.head = nn.Linear(32, letters)
        self.mask = nn.Transformer.generate_square_subsequent_mask(LONG)

    def forward(self, x):
        return self.head(self.block(self.embed(x) + self.place, self.mask))


class Recurrent(nn.Module):
    def __init__(self, letters: int):
        super().__init__()
        self.embed, self.cell, self.head = nn.Embedding(letters, 24), nn.LSTM(24, 48, batch_first=True), nn.Linear(48, letters)

    def forward(self, x):
        return self.head(self.cell(self.embed(x))[0])


def language_model(kind) -> Task:
    windows, letters = text()
    model = kind(letters)

    def loss(batch):
        x = windows[batch]
        return functional.cross_entropy(model(x[:, :-1]).transpose(1, 2), x[:, 1:])

    return Task(model, loss, 1000, lambda: {"val_loss": float(loss(torch.arange(1000, len(windows))))})


def characters_transformer() -> Task:
    return language_model(Transformer)


def characters_lstm() -> Task:
    return language_model(Recurrent)


class Reverser(nn.Module):
    """Reads six digits by one recurrent net and writes them from the last to the first by another."""

    def __init__(self):
        super().__init__()
        self.embed = nn.Embedding(11, 16)
        self.read, self.write = nn.GRU(16, 64, batch_first=True), nn.GRU(16, 64, batch_first=True)
        self.head = nn.Linear(64, 10)

    def forward(self, x, shown):
        return self.head(self.write(self.embed(shown), self.read(self.embed(x))[1])[0])


def reversal() -> Task:
    x = torch.randint(10, (1200, 6))
    wanted = x.flip(1)
    shown = torch.cat([torch.full((1200, 1), 10), wanted[:, :-1]], 1)
    model = Reverser()

    def loss(batch):
        return functional.cross_entropy(model(x[batch], shown[batch]).transpose(1, 2), wanted[batch])

    return Task(model, loss, 960, lambda: {"val_loss": float(loss(torch.arange(960, 1200)))})


class Forecaster(nn.Module):
    def __init__(self):
        super().__init__()
        self.cell, self.head = nn.GRU(1, 24, batch_first=True), nn.Linear(24, 1)

    def forward(self, x):
        return self.head(self.cell(x[..., None])[0][:, -1])[:, 0]


def forecasting() -> Task:
    """The next value of two waves and noise, from twenty before it."""
    t = torch.arange(1000.0)
    windows = (torch.sin(t / 5) + 0.5 * torch.sin(t / 13) + 0.1 * torch.randn(1000)).unfold(0, 21, 1)
    model = Forecaster()

    def loss(batch):
        return functional.mse_loss(model(windows[batch, :-1]), windows[batch, -1])

    return Task(model, loss, 768, lambda: {"val_loss": float(loss(torch.arange(768, len(windows))))})
