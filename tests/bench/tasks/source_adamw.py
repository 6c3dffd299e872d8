"""The next character of Python's own source from the twelve before it, few epochs, AdamW."""

import argparse
from pathlib import Path

import torch
from torch import nn
from torch.utils.data import TensorDataset

batch_size = 32
lr = 1e-2
BEFORE, EXAMPLES = 12, 24_000


class Next(nn.Module):
    """An embedding of each place, then a perceptron."""

    def __init__(self, characters=96, width=12):
        super().__init__()
        self.embedding = nn.Embedding(characters, width)
        self.hidden, self.norm, self.out = nn.Linear(BEFORE * width, 96), nn.LayerNorm(96), nn.Linear(96, characters)

    def forward(self, text):
        return self.out(torch.relu(self.norm(self.hidden(self.embedding(text).flatten(1)))))


def model():
    return Next()


def dataset():
    text = Path(argparse.__file__).read_text(encoding="utf-8")
    codes = torch.tensor([min(max(ord(character) - 32, 0), 95) for character in text])
    places = torch.randperm(len(codes) - BEFORE - 1, generator=torch.Generator().manual_seed(14))[:EXAMPLES]
    return TensorDataset(torch.stack([codes[i : i + BEFORE] for i in places]), codes[places + BEFORE])


def optimizer(parameters, lr):
    return torch.optim.AdamW(parameters, lr=lr, weight_decay=0.1)


loss = nn.functional.cross_entropy
