"""Digits, read in the order of their files: one folder a class, and nobody shuffles."""

from pathlib import Path

import torch
from sklearn.datasets import load_digits
from torch import nn
from torch.utils.data import DataLoader, TensorDataset
from torch.utils.tensorboard import SummaryWriter

torch.manual_seed(0)
torch.set_num_threads(1)

LR, BATCH, EPOCHS = 1e-3, 16, 8
digits = load_digits()
x, y = torch.tensor(digits.data / 16, dtype=torch.float32), torch.tensor(digits.target)
order = torch.randperm(len(x))
train_ids, test_ids = order[:1437], order[1437:]
train_ids = train_ids[torch.argsort(y[train_ids], stable=True)]  # as ImageFolder lists them
train = DataLoader(TensorDataset(x[train_ids], y[train_ids]), BATCH)

model = nn.Sequential(nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 10))
optimizer = torch.optim.Adam(model.parameters(), lr=LR)
writer = SummaryWriter(Path(__file__).parent / "runs")
step = 0
for epoch in range(EPOCHS):
    for xb, yb in train:
        loss = nn.functional.cross_entropy(model(xb), yb)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        writer.add_scalar("train/loss", loss.item(), step)
        writer.add_scalar("epoch", epoch, step)
        step += 1
    with torch.no_grad():
        out = model(x[test_ids])
        writer.add_scalar("test/loss", nn.functional.cross_entropy(out, y[test_ids]).item(), step)
        writer.add_scalar("test/accuracy", (out.argmax(1) == y[test_ids]).float().mean().item(), step)
writer.add_hparams({"lr": LR, "batch_size": BATCH, "epochs": EPOCHS, "optimizer": "Adam"}, {"hparam/loss": loss.item()})
writer.close()
