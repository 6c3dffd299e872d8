"""The scripts that tests ride: whole ones, and a head and loops to put together."""

import importlib.util
from pathlib import Path

import pytest

SCRIPTS = Path(__file__).parents[1] / "ridden"
PLAIN = SCRIPTS / "plain.py"
HEAD = """
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset
torch.manual_seed(0)
x = torch.randn(200, 6)
y = x[:, :1] + 0.1 * torch.randn(200, 1)
data = TensorDataset(x, y)
model = nn.Sequential(nn.Linear(6, 16), nn.BatchNorm1d(16), nn.ReLU(), nn.Dropout(0.2), nn.Linear(16, 1))
optimizer = torch.optim.SGD(model.parameters(), lr=0.05, momentum=0.9)
mse = nn.functional.mse_loss
"""
LOOP = """
for epoch in range(2):
    for a, b in DataLoader(data, 10, shuffle=True):
        optimizer.zero_grad()
        loss = mse(model(a), b)
        loss.backward()
        optimizer.step()
"""
SHORT = """
def batches():
    while True:
        yield from DataLoader(data, 10, shuffle=True)
source = batches()
for step in range(7):
    a, b = next(source)
    optimizer.zero_grad()
    loss = mse(model(a), b)
    loss.backward()
    optimizer.step()
"""


def skip_unless_installed(*modules):
    """Skip the test where one of these frameworks is missing."""
    for module in modules:
        if importlib.util.find_spec(module) is None:
            pytest.skip(f"{module} is not installed; it is in the extra {'fastai' if module == 'fastai' else 'frameworks'}")
