"""Digits, a small convolutional network, one image at a time."""

from pathlib import Path

import torch
import torch.nn.functional as F
import yaml
from sklearn.datasets import load_digits
from torch import nn
from torch.utils.tensorboard import SummaryWriter

torch.manual_seed(0)
torch.set_num_threads(1)

hp = {"lr": 0.008, "momentum": 0.9, "batch_size": 1, "steps": 3000, "optimizer": "sgd"}
here = Path(__file__).parent / "run1"
here.mkdir(exist_ok=True)
(here / "hparams.yaml").write_text(yaml.dump(hp))

digits = load_digits()
images = torch.tensor(digits.images / 16, dtype=torch.float32).unsqueeze(1)
target = torch.tensor(digits.target)
perm = torch.randperm(len(images))
tr, te = perm[:1400], perm[1400:]

net = nn.Sequential(nn.Conv2d(1, 8, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(8 * 16, 32), nn.ReLU(), nn.Linear(32, 10))
opt = torch.optim.SGD(net.parameters(), lr=hp["lr"], momentum=hp["momentum"])
w = SummaryWriter(here)

for it in range(hp["steps"]):
    i = tr[torch.randint(len(tr), (hp["batch_size"],))]
    loss = F.cross_entropy(net(images[i]), target[i])
    opt.zero_grad()
    loss.backward()
    opt.step()
    if it % 4 == 0:
        w.add_scalar("train/loss", loss.item(), it)
    if it % 100 == 0:
        with torch.no_grad():
            out = net(images[te])
        w.add_scalar("val/loss", F.cross_entropy(out, target[te]).item(), it)
        w.add_scalar("val/acc", (out.argmax(1) == target[te]).float().mean().item(), it)
w.close()
