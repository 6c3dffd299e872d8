"""Small trainings for the tests of probes, and their rows as a table."""

from types import SimpleNamespace

import numpy as np
import torch

from probes.own_loop import OwnLoop


def table(rows):
    rows = list(rows)
    columns = dict.fromkeys(column for row in rows for column in row)
    return SimpleNamespace(**{column: np.array([row.get(column, np.nan) for row in rows], float) for column in columns})


def loop(model=None, examples=96, batch_size=16, lr=0.05, seed=0, **options):
    """A small training with everything that has state: BatchNorm, Dropout, momentum."""
    torch.manual_seed(0)
    model = model or torch.nn.Sequential(torch.nn.Linear(8, 16), torch.nn.BatchNorm1d(16), torch.nn.Dropout(0.3), torch.nn.Linear(16, 4))
    data = torch.utils.data.TensorDataset(torch.randn(examples, 8), torch.randn(examples, 4))
    held_out = torch.utils.data.TensorDataset(torch.randn(20, 8), torch.randn(20, 4))
    optimizer = torch.optim.SGD(model.parameters(), lr=lr, momentum=0.9)
    return OwnLoop(
        model, data, held_out, torch.nn.functional.mse_loss, optimizer, batch_size=batch_size, device="cpu", seed=seed, **options
    )
