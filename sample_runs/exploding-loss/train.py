"""Diabetes regression with SGD and a linear warm-up; the loop logs the names that Lightning would."""

from pathlib import Path

import torch
import yaml
from sklearn.datasets import load_diabetes
from sklearn.preprocessing import scale
from torch import nn
from torch.utils.data import DataLoader, TensorDataset, random_split
from torch.utils.tensorboard import SummaryWriter

torch.manual_seed(42)
torch.set_num_threads(1)

hparams = {"lr": 1.0, "momentum": 0.9, "optimizer": "SGD", "batch_size": 32, "max_epochs": 40, "warmup_steps": 300, "hidden_dim": 24}
log_dir = Path(__file__).parent / "lightning_logs" / "version_0"
logger = SummaryWriter(log_dir)
(log_dir / "hparams.yaml").write_text(yaml.safe_dump(hparams))

X, y = load_diabetes(return_X_y=True)
dataset = TensorDataset(torch.tensor(scale(X)).float(), torch.tensor(scale(y)).float())
train_set, val_set = random_split(dataset, [342, 100])
train_loader = DataLoader(train_set, hparams["batch_size"], shuffle=True)
val_loader = DataLoader(val_set, 100)

h = hparams["hidden_dim"]
net = nn.Sequential(nn.Linear(10, h), nn.ReLU(), nn.Linear(h, 1), nn.Flatten(0))
opt = torch.optim.SGD(net.parameters(), lr=hparams["lr"], momentum=hparams["momentum"])
sched = torch.optim.lr_scheduler.LinearLR(opt, start_factor=1e-3, total_iters=hparams["warmup_steps"])

global_step = 0
for epoch in range(hparams["max_epochs"]):
    losses = []
    for x, t in train_loader:
        loss = nn.functional.mse_loss(net(x), t)
        opt.zero_grad()
        loss.backward()
        opt.step()
        logger.add_scalar("lr-SGD", sched.get_last_lr()[0], global_step)
        sched.step()
        losses.append(loss.item())
        logger.add_scalar("train_loss_step", loss.item(), global_step)
        logger.add_scalar("epoch", epoch, global_step)
        global_step += 1
    with torch.no_grad():
        val_loss = sum(nn.functional.mse_loss(net(x), t).item() for x, t in val_loader)
    logger.add_scalar("train_loss_epoch", sum(losses) / len(losses), global_step - 1)
    logger.add_scalar("val_loss", val_loss, global_step - 1)
logger.add_scalar("hp_metric", -1, 0)
logger.close()
