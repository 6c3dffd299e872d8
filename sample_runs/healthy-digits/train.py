"""Handwritten digits: small CNN, Adam, cosine schedule. Logged under Lightning's names."""

from pathlib import Path

import torch
import torch.nn.functional as F
import yaml
from sklearn.datasets import load_digits
from torch import nn
from torch.utils.data import DataLoader, TensorDataset, random_split
from torch.utils.tensorboard import SummaryWriter

torch.manual_seed(0)
torch.set_num_threads(1)

hparams = {"lr": 2e-3, "batch_size": 32, "max_epochs": 12, "dropout": 0.25, "weight_decay": 1e-4, "optimizer": "Adam", "scheduler": "cosine"}
digits = load_digits()
dataset = TensorDataset(torch.tensor(digits.images / 16).float().unsqueeze(1), torch.tensor(digits.target))
train_set, val_set = random_split(dataset, [1437, 360])
train_loader = DataLoader(train_set, hparams["batch_size"], shuffle=True)
val_x, val_y = val_set[:]

model = nn.Sequential(
    *[nn.Conv2d(1, 16, 3, padding=1), nn.BatchNorm2d(16), nn.ReLU(), nn.Conv2d(16, 32, 3, padding=1), nn.BatchNorm2d(32), nn.ReLU()],
    *[nn.MaxPool2d(2), nn.Flatten(), nn.Dropout(hparams["dropout"]), nn.Linear(512, 10)],
)
optimizer = torch.optim.Adam(model.parameters(), lr=hparams["lr"], weight_decay=hparams["weight_decay"])
scheduler = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, T_max=hparams["max_epochs"] * len(train_loader))
log_dir = Path(__file__).parent / "lightning_logs" / "version_0"
writer = SummaryWriter(log_dir)
(log_dir / "hparams.yaml").write_text(yaml.safe_dump(hparams))

step = 0
for epoch in range(hparams["max_epochs"]):
    model.train()
    epoch_losses = []
    for x, y in train_loader:
        loss = F.cross_entropy(model(x), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        writer.add_scalar("lr-Adam", scheduler.get_last_lr()[0], step)
        scheduler.step()
        writer.add_scalar("train_loss_step", loss.item(), step)
        writer.add_scalar("epoch", epoch, step)
        epoch_losses.append(loss.item())
        step += 1
    model.eval()
    with torch.no_grad():
        out = model(val_x)
    writer.add_scalar("train_loss_epoch", sum(epoch_losses) / len(epoch_losses), step - 1)
    writer.add_scalar("val_loss", F.cross_entropy(out, val_y).item(), step - 1)
    writer.add_scalar("val_acc", (out.argmax(1) == val_y).float().mean().item(), step - 1)
writer.add_scalar("hp_metric", -1, 0)
writer.close()
