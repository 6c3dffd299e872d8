"""The next characters of Python's manual by a transformer of one block, AdamW."""

from pydoc_data import topics

import torch
from torch import nn
from torch.utils.data import TensorDataset

batch_size = 16
lr = 1e-3
TEXT = "".join(topics.topics[name] for name in sorted(topics.topics))[:12_000]
LETTERS = sorted(set(TEXT))
WINDOW, WIDTH = 8, 16


class Block(nn.Module):
    """Embedding, causal attention with two heads and a perceptron, each around a skip connection."""

    def __init__(self):
        super().__init__()
        self.letter, self.place = nn.Embedding(len(LETTERS), WIDTH), nn.Parameter(0.1 * torch.randn(WINDOW, WIDTH))
        self.before, self.between, self.after = nn.LayerNorm(WIDTH), nn.LayerNorm(WIDTH), nn.LayerNorm(WIDTH)
        self.attend, self.join = nn.Linear(WIDTH, 3 * WIDTH), nn.Linear(WIDTH, WIDTH)
        self.think = nn.Sequential(nn.Linear(WIDTH, 2 * WIDTH), nn.GELU(), nn.Linear(2 * WIDTH, WIDTH))
        self.out = nn.Linear(WIDTH, len(LETTERS))

    def forward(self, codes):
        x = self.letter(codes) + self.place
        q, k, v = (part.unflatten(-1, (2, -1)).transpose(-2, -3) for part in self.attend(self.before(x)).chunk(3, -1))
        mask = torch.full((WINDOW, WINDOW), -torch.inf).triu(1)
        mixed = ((q @ k.transpose(-1, -2)) / q.shape[-1] ** 0.5 + mask).softmax(-1) @ v
        x = x + self.join(mixed.transpose(-2, -3).flatten(-2))
        return self.out(self.after(x + self.think(self.between(x))))


def model():
    return Block()


def dataset():
    codes = torch.tensor([LETTERS.index(c) for c in TEXT])
    windows = codes.unfold(0, WINDOW + 1, WINDOW // 2)
    return TensorDataset(windows[:, :-1], windows[:, 1:])


def optimizer(parameters, lr):
    return torch.optim.AdamW(parameters, lr=lr, weight_decay=0.1)


def loss(output, target):
    return nn.functional.cross_entropy(output.flatten(0, 1), target.flatten())
