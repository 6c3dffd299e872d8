"""A three-layer network on the handwritten digits, plain SGD."""

import pathlib

import torch
import torch.nn.functional as F
from sklearn.datasets import load_digits
from torch import nn, optim
from torch.utils.tensorboard import SummaryWriter

torch.set_num_threads(1)
torch.manual_seed(3)

config = dict(learning_rate=4.0, batch_size=64, epochs=20, optimizer="SGD", momentum=0.0, hidden=64)

images, labels = load_digits(return_X_y=True)
x = torch.tensor(images / 16.0, dtype=torch.float32)
y = torch.tensor(labels)
order = torch.randperm(len(x))
train_idx, val_idx = order[:1437], order[1437:]

net = nn.Sequential(nn.Linear(64, config["hidden"]), nn.ReLU(), nn.Linear(config["hidden"], config["hidden"]), nn.ReLU(), nn.Linear(config["hidden"], 10))
opt = optim.SGD(net.parameters(), lr=config["learning_rate"])
writer = SummaryWriter(pathlib.Path(__file__).parent / "logs")

step = 0
for epoch in range(config["epochs"]):
    for batch in train_idx[torch.randperm(len(train_idx))].split(config["batch_size"]):
        loss = F.cross_entropy(net(x[batch]), y[batch])
        opt.zero_grad()
        loss.backward()
        opt.step()
        if step % 2 == 0:
            writer.add_scalars("Loss", {"train": loss.item()}, step)
        if step % 10 == 0:
            with torch.no_grad():
                writer.add_scalars("Loss", {"val": F.cross_entropy(net(x[val_idx]), y[val_idx]).item()}, step)
        step += 1
writer.add_hparams(config, {"hparam/final_loss": loss.item()})
writer.close()
