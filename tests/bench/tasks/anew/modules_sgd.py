"""From which of five modules of Python's a line is, counts of pairs of letters, few examples of many columns, plain SGD."""

import argparse
import ast
import difflib
import tarfile
import typing
import zlib
from pathlib import Path

import torch
from torch import nn
from torch.utils.data import TensorDataset

batch_size = 32
lr = 0.01
COLUMNS = 256


def model():
    return nn.Sequential(nn.Linear(COLUMNS, 32), nn.Tanh(), nn.Linear(32, 5))


def lines(module):
    """Those that say something, up to four hundred."""
    text = Path(module.__file__).read_text(encoding="utf-8")
    return [line.strip() for line in text.splitlines() if len(line.strip()) > 30][:400]


def counted(line):
    """Its pairs of letters, in so many columns."""
    counts = torch.zeros(COLUMNS)
    for i in range(len(line) - 1):
        counts[zlib.crc32(line[i : i + 2].encode()) % COLUMNS] += 1
    return counts.sqrt()


def dataset():
    modules = argparse, ast, difflib, tarfile, typing
    of = [(counted(line), kind) for kind, module in enumerate(modules) for line in lines(module)]
    return TensorDataset(torch.stack([x for x, _ in of]), torch.tensor([kind for _, kind in of]))


def optimizer(parameters, lr):
    return torch.optim.SGD(parameters, lr=lr)


loss = nn.functional.cross_entropy
