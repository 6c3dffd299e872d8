"""A small CNN on digits with SGD; the gradient's norm is clipped at 0.01, copied from another project."""

from pathlib import Path

import torch
import torch.nn.functional as F
from sklearn.datasets import load_digits
from torch import nn
from torch.utils.data import DataLoader, TensorDataset
from torch.utils.tensorboard import SummaryWriter

torch.manual_seed(0)
torch.set_num_threads(1)

hparams = {"lr": 0.05, "batch_size": 32, "epochs": 10, "optimizer": "SGD", "max_grad_norm": 0.01}
digits = load_digits()
x, y = torch.tensor(digits.images / 16).float().unsqueeze(1), torch.tensor(digits.target)
train = DataLoader(TensorDataset(x[:1437], y[:1437]), hparams["batch_size"], shuffle=True)

model = nn.Sequential(
    *[nn.Conv2d(1, 16, 3, padding=1), nn.ReLU(), nn.Conv2d(16, 32, 3, padding=1), nn.ReLU()],
    *[nn.MaxPool2d(2), nn.Flatten(), nn.Linear(512, 10)],
)
optimizer = torch.optim.SGD(model.parameters(), lr=hparams["lr"])
writer = SummaryWriter(Path(__file__).parent / "runs")
step = 0
for epoch in range(hparams["epochs"]):
    for xb, yb in train:
        loss = F.cross_entropy(model(xb), yb)
        optimizer.zero_grad()
        loss.backward()
        norm = nn.utils.clip_grad_norm_(model.parameters(), hparams["max_grad_norm"])
        optimizer.step()
        writer.add_scalar("train/loss", loss.item(), step)
        writer.add_scalar("train/grad_norm", norm.item(), step)
        step += 1
    with torch.no_grad():
        writer.add_scalar("val/loss", F.cross_entropy(model(x[1437:]), y[1437:]).item(), step)
writer.add_hparams(hparams, {"hparam/loss": loss.item()})
writer.close()
