"""Digits with batches of four: a noisy curve, and a good model at the end of it."""

from pathlib import Path

import torch
from sklearn.datasets import load_digits
from torch import nn
from torch.utils.tensorboard import SummaryWriter

torch.manual_seed(4)
torch.set_num_threads(1)

hparams = {"lr": 0.04, "batch_size": 4, "epochs": 8, "optimizer": "SGD", "momentum": 0.0}
digits = load_digits()
x, y = torch.tensor(digits.images / 16).float().unsqueeze(1), torch.tensor(digits.target)
order = torch.randperm(len(x))
train, val = order[:1440], order[1440:]

cnn = nn.Sequential(nn.Conv2d(1, 12, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(192, 48), nn.ReLU(), nn.Linear(48, 10))
sgd = torch.optim.SGD(cnn.parameters(), lr=hparams["lr"])
board = SummaryWriter(Path(__file__).parent / "board")
board.add_hparams(hparams, {}, run_name="hparams")

step = 0
for epoch in range(hparams["epochs"]):
    for batch in train[torch.randperm(len(train))].split(hparams["batch_size"]):
        loss = nn.functional.cross_entropy(cnn(x[batch]), y[batch])
        sgd.zero_grad()
        loss.backward()
        sgd.step()
        if step % 3 == 0:
            board.add_scalar("train_loss", loss.item(), step, new_style=True)
        if step % 120 == 0:
            with torch.no_grad():
                out = cnn(x[val])
            board.add_scalar("val_loss", nn.functional.cross_entropy(out, y[val]).item(), step, new_style=True)
            board.add_scalar("val_accuracy", (out.argmax(1) == y[val]).float().mean().item(), step, new_style=True)
        step += 1
board.close()
