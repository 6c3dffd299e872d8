"""Linear regression with a small hidden layer on the diabetes set: half of the variance is noise that no model explains."""

from pathlib import Path

import torch
from sklearn.datasets import load_diabetes
from sklearn.preprocessing import StandardScaler
from torch import nn
from torch.utils.data import DataLoader, TensorDataset
from torch.utils.tensorboard import SummaryWriter

torch.manual_seed(1)
torch.set_num_threads(1)

X, y = load_diabetes(return_X_y=True)
X = torch.tensor(StandardScaler().fit_transform(X), dtype=torch.float32)
y = torch.tensor((y - y.mean()) / y.std(), dtype=torch.float32).unsqueeze(1)
perm = torch.randperm(len(X))
train_ds = TensorDataset(X[perm[:330]], y[perm[:330]])
X_val, y_val = X[perm[330:]], y[perm[330:]]

config = {"lr": 0.002, "momentum": 0.9, "batch_size": 32, "epochs": 40, "weight_decay": 0.02, "optimizer": "SGD", "hidden": 4}
net = nn.Sequential(nn.Linear(10, config["hidden"]), nn.Tanh(), nn.Linear(config["hidden"], 1))
opt = torch.optim.SGD(net.parameters(), lr=config["lr"], momentum=config["momentum"], weight_decay=config["weight_decay"])
mse = nn.MSELoss()
writer = SummaryWriter(Path(__file__).parent / "runs")

step = 0
for epoch in range(config["epochs"]):
    for xb, yb in DataLoader(train_ds, config["batch_size"], shuffle=True):
        loss = mse(net(xb), yb)
        opt.zero_grad()
        loss.backward()
        opt.step()
        writer.add_scalars("Loss", {"train": loss.item()}, step)
        step += 1
    with torch.no_grad():
        writer.add_scalars("Loss", {"val": mse(net(X_val), y_val).item()}, step)
writer.add_hparams(config, {"val_loss": mse(net(X_val), y_val).item()})
writer.close()
