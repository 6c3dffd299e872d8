"""A deep network of sigmoids on the digits. Why does it not learn? Log the gradients of every layer."""

import os

import torch
from sklearn.datasets import load_digits
from torch import nn
from torch.utils.data import DataLoader, TensorDataset
from torch.utils.tensorboard import SummaryWriter

torch.manual_seed(0)
torch.set_num_threads(1)

DEPTH, WIDTH = 10, 40
LR, BATCH, EPOCHS = 0.1, 64, 25

digits = load_digits()
x = torch.tensor(digits.data / 16, dtype=torch.float32)
y = torch.tensor(digits.target)
train = DataLoader(TensorDataset(x[:1500], y[:1500]), batch_size=BATCH, shuffle=True)

layers = [nn.Linear(64, WIDTH), nn.Sigmoid()]
for _ in range(DEPTH - 2):
    layers += [nn.Linear(WIDTH, WIDTH), nn.Sigmoid()]
model = nn.Sequential(*layers, nn.Linear(WIDTH, 10))

optimizer = torch.optim.SGD(model.parameters(), lr=LR, momentum=0.9)
writer = SummaryWriter(os.path.join(os.path.dirname(os.path.abspath(__file__)), "runs"))
step = 0
for _ in range(EPOCHS):
    for xb, yb in train:
        loss = nn.functional.cross_entropy(model(xb), yb)
        optimizer.zero_grad()
        loss.backward()
        if step % 60 == 0:
            linears = [m for m in model if isinstance(m, nn.Linear)]
            for i, layer in enumerate(linears):
                writer.add_histogram(f"gradients/layer{i}", layer.weight.grad, step, bins=64)
        optimizer.step()
        writer.add_scalar("Loss/train", loss.item(), step)
        step += 1
    with torch.no_grad():
        out = model(x[1500:])
        writer.add_scalar("Loss/test", nn.functional.cross_entropy(out, y[1500:]).item(), step)
        writer.add_scalar("Accuracy/test", (out.argmax(1) == y[1500:]).float().mean().item(), step)
hparams = {"lr": LR, "batch_size": BATCH, "epochs": EPOCHS, "optimizer": "SGD", "momentum": 0.9, "layers": DEPTH, "activation": "sigmoid"}
writer.add_hparams(hparams, {"hparam/loss": loss.item()})
writer.close()
