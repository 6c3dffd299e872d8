"""The next characters of Python's difflib by a transformer of two blocks at a low rate, AdamW."""

import difflib
from pathlib import Path

import torch
from torch import nn
from torch.utils.data import TensorDataset

batch_size = 16
lr = 3e-4
WINDOW, WIDTH, LETTERS = 12, 16, 96


class Block(nn.Module):
    """Causal attention with two heads and a perceptron, each around a skip connection."""

    def __init__(self):
        super().__init__()
        self.before, self.between = nn.LayerNorm(WIDTH), nn.LayerNorm(WIDTH)
        self.attend, self.join = nn.Linear(WIDTH, 3 * WIDTH), nn.Linear(WIDTH, WIDTH)
        self.think = nn.Sequential(nn.Linear(WIDTH, 2 * WIDTH), nn.GELU(), nn.Linear(2 * WIDTH, WIDTH))

    def forward(self, x):
        q, k, v = (part.unflatten(-1, (2, -1)).transpose(-2, -3) for part in self.attend(self.before(x)).chunk(3, -1))
        mask = torch.full((WINDOW, WINDOW), -torch.inf).triu(1)
        mixed = ((q @ k.transpose(-1, -2)) / q.shape[-1] ** 0.5 + mask).softmax(-1) @ v
        x = x + self.join(mixed.transpose(-2, -3).flatten(-2))
        return x + self.think(self.between(x))


class Letters(nn.Module):
    """Embeddings of letters and places, the blocks, a norm and the scores of the next letter."""

    def __init__(self):
        super().__init__()
        self.letter, self.place = nn.Embedding(LETTERS, WIDTH), nn.Parameter(0.02 * torch.randn(WINDOW, WIDTH))
        self.blocks = nn.Sequential(Block(), Block())
        self.out = nn.Sequential(nn.LayerNorm(WIDTH), nn.Linear(WIDTH, LETTERS))

    def forward(self, codes):
        return self.out(self.blocks(self.letter(codes) + self.place))


def model():
    return Letters()


def dataset():
    text = Path(difflib.__file__).read_text(encoding="utf-8")[:20_000]
    codes = torch.tensor([min(max(ord(character) - 32, 0), 95) for character in text])
    windows = codes.unfold(0, WINDOW + 1, WINDOW // 2)
    return TensorDataset(windows[:, :-1], windows[:, 1:])


def optimizer(parameters, lr):
    return torch.optim.AdamW(parameters, lr=lr, betas=(0.9, 0.95), weight_decay=0.1)


def loss(output, target):
    return nn.functional.cross_entropy(output.flatten(0, 1), target.flatten())
