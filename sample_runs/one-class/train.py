"""Which patients come back within a month? One in twelve does, and the three measurements hardly tell."""

from pathlib import Path

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset
from torch.utils.tensorboard import SummaryWriter

torch.manual_seed(0)
torch.set_num_threads(1)

LR, BATCH, EPOCHS = 1e-3, 64, 30
x = torch.randn(4000, 3)
y = (torch.rand(4000) < torch.sigmoid(0.15 * x[:, 0] - 2.4)).long()
train = DataLoader(TensorDataset(x[:3000], y[:3000]), BATCH, shuffle=True)

model = nn.Sequential(nn.Linear(3, 16), nn.ReLU(), nn.Linear(16, 2))
optimizer = torch.optim.Adam(model.parameters(), lr=LR)
writer = SummaryWriter(Path(__file__).parent / "runs")
step = 0
for _ in range(EPOCHS):
    for xb, yb in train:
        loss = nn.functional.cross_entropy(model(xb), yb)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        if step % 4 == 0:
            writer.add_scalar("train/loss", loss.item(), step)
        step += 1
    with torch.no_grad():
        out = model(x[3000:])
        writer.add_scalar("val/loss", nn.functional.cross_entropy(out, y[3000:]).item(), step)
        writer.add_scalar("val/accuracy", (out.argmax(1) == y[3000:]).float().mean().item(), step)
writer.add_hparams({"lr": LR, "batch_size": BATCH, "epochs": EPOCHS, "optimizer": "Adam"}, {"hparam/loss": loss.item()})
writer.close()
