"""An autoencoder of the handwritten digits: SGD with momentum and a linear warm-up; the loop logs the names that Lightning would."""

from pathlib import Path

import torch
import yaml
from sklearn.datasets import load_digits
from torch import nn
from torch.utils.data import DataLoader, random_split
from torch.utils.tensorboard import SummaryWriter

torch.manual_seed(42)
torch.set_num_threads(1)

hparams = {"lr": 0.5, "momentum": 0.9, "optimizer": "SGD", "batch_size": 64, "max_epochs": 25, "warmup_steps": 300, "hidden_dim": 32}
log_dir = Path(__file__).parent / "lightning_logs" / "version_0"
logger = SummaryWriter(log_dir)
(log_dir / "hparams.yaml").write_text(yaml.safe_dump(hparams))

images = torch.tensor(load_digits().data / 16, dtype=torch.float32)
train_set, val_set = random_split(images, [1500, 297])
train_loader = DataLoader(train_set, hparams["batch_size"], shuffle=True)
val_images = torch.stack(list(val_set))

h = hparams["hidden_dim"]
net = nn.Sequential(nn.Linear(64, h), nn.LeakyReLU(), nn.Linear(h, 8), nn.LeakyReLU(), nn.Linear(8, h), nn.LeakyReLU(), nn.Linear(h, 64))
opt = torch.optim.SGD(net.parameters(), lr=hparams["lr"], momentum=hparams["momentum"])
sched = torch.optim.lr_scheduler.LinearLR(opt, start_factor=1e-3, total_iters=hparams["warmup_steps"])


def reconstruction_loss(x):
    return (net(x) - x).square().sum(1).mean()


global_step = 0
for epoch in range(hparams["max_epochs"]):
    losses = []
    for x in train_loader:
        loss = reconstruction_loss(x)
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
        val_loss = reconstruction_loss(val_images).item()
    logger.add_scalar("train_loss_epoch", sum(losses) / len(losses), global_step - 1)
    logger.add_scalar("val_loss", val_loss, global_step - 1)
logger.add_scalar("hp_metric", -1, 0)
logger.close()
